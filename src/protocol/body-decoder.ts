// src/protocol/body-decoder.ts - JSON from the other side, checked. The page reads HTTP answers with it, a kiosk or a
// script too: bytes from outside are unknown until a decoder says otherwise.
import type Type from 'typebox';
import { Compile } from 'typebox/compile';
import { err, ok, type Result } from '../base/result.ts';

/** Reads a parsed JSON value as exactly `T`, or names the first field that is not so (a JSON pointer, at most 80 long). */
export type BodyDecoder<T> = (value: unknown) => Result<T, { readonly field: string }>;

/** Makes the reader of one body of `http-api.ts`. Compile once, use often. */
export function bodyDecoder<S extends Type.TSchema>(schema: S): BodyDecoder<Type.Static<S>> {
  const validator = Compile(schema);
  return (value) => {
    if (validator.Check(value)) return ok(value as Type.Static<S>);
    return err({ field: (validator.Errors(value)[0]?.instancePath ?? '').slice(0, 80) });
  };
}

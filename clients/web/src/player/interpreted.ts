// clients/web/src/player/interpreted.ts - stands in for 'typebox/compile' in the page (vite.config.ts): the page's
// policy forbids code made from text, and even asking whether it may be made is reported as a breach.
import type Type from 'typebox';
import { Check, Errors } from 'typebox/value';

/** A validator that walks the schema instead of compiling it. */
export class Validator {
  readonly #schema: Type.TSchema;

  constructor(schema: Type.TSchema) {
    this.#schema = schema;
  }

  /** True when the value is exactly of the schema. */
  Check(value: unknown): boolean {
    return Check(this.#schema, value);
  }

  /** Where it is not. */
  Errors(value: unknown): ReturnType<typeof Errors> {
    return Errors(this.#schema, value);
  }
}

/** Same call as TypeBox's own. */
export const Compile = (schema: Type.TSchema): Validator => new Validator(schema);

// src/protocol/codec.ts - messages as bytes and back. MessagePack by msgpackr, then every field checked against its
// schema: a message that passes is exactly of its type. Decoding may refuse, it never throws.
import { Packr, Unpackr } from 'msgpackr';
import type Type from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { err, ok, type Result } from '../base/result.ts';
import { type Refusal, refusal } from './error-codes.ts';
import { bounds } from './limits.ts';
import { hasWholeText } from './whole-text.ts';
import { countValues } from './wire-form.ts';

const packr = new Packr({ useRecords: false });
/** Naming the wrong field means listing every fault, which takes 20 ms for a message of 60,000 wrong values. */
const NAME_FIELD_BELOW_VALUES = 200;

const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true });

/** Reads and writes one direction of one conversation. */
export type MessageCodec<In, Out> = {
  /** Bytes of a message of ours; owned by the caller. */
  encode(message: Out): Uint8Array;
  /** A peer's message, or MESSAGE_TOO_LARGE / MESSAGE_MALFORMED (facts: `t` and the first wrong `field`). */
  decode(bytes: Uint8Array): Result<In, Refusal>;
};

/**
 * Makes a codec for a conversation.
 * @param incoming table of the messages that the peer may send, by their `t`
 * @param limitBytes largest message taken
 */
export function messageCodec<In, Out>(
  incoming: Readonly<Record<string, Type.TSchema>>,
  limitBytes: number = bounds.signalMessageBytes,
): MessageCodec<In, Out> {
  const validators = new Map<string, Validator>();
  for (const [t, schema] of Object.entries(incoming)) validators.set(t, Compile(schema));
  return {
    encode: (message) => packr.pack(message),
    decode(bytes) {
      if (bytes.length > limitBytes) return err(refusal('MESSAGE_TOO_LARGE', { limitBytes }));
      const values = countValues(bytes);
      if (values < 0) return err(refusal('MESSAGE_MALFORMED', { field: 'bytes' }));
      let value: unknown;
      try {
        value = unpackr.unpack(bytes);
      } catch {
        return err(refusal('MESSAGE_MALFORMED', { field: 'bytes' })); // msgpackr throws; peers choose the bytes.
      }
      const t = typeof value === 'object' && value !== null && 't' in value ? value.t : undefined;
      const validator = typeof t === 'string' ? validators.get(t) : undefined;
      if (validator === undefined) return err(refusal('MESSAGE_MALFORMED', { field: 't' }));
      if (validator.Check(value)) {
        return hasWholeText(value)
          ? ok(value as In)
          : err(refusal('MESSAGE_MALFORMED', { t: String(t), field: 'text' }));
      }
      const field = values < NAME_FIELD_BELOW_VALUES ? (validator.Errors(value)[0]?.instancePath ?? '') : '';
      return err(refusal('MESSAGE_MALFORMED', { t: String(t), field: field.slice(0, 80) }));
    },
  };
}

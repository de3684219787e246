// src/base/result.ts - the answer of anything a peer may be refused. Returned, never thrown (STYLE section 3).

/** A success with its value, or a refusal with its facts. */
export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

/** Wraps a value as a success. */
export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/** Wraps a refusal; `error` is a code or an object with a `code` and the facts a person needs. */
export function err<E>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error };
}

// src/base/assert.ts - invariants that stay on in production. A broken one is our bug: `main` logs, drains and exits.

/** An invariant broke: a bug of ours, never a peer's doing. Only `main` catches it. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** A disk, chain, socket or child process failed. Ring 4 throws it; the use case retries, refuses or ends. */
export class OutageError extends Error {
  override readonly name = 'OutageError';
}

/**
 * A store was handed a value that it cannot hold, and wrote nothing. Shapes should have refused it, so it is a gap of ours;
 * but peers choose values, and none of them may end the process: whoever sent it is refused.
 */
export class UnkeepableError extends Error {
  override readonly name = 'UnkeepableError';
}

/**
 * Throws unless `condition` holds.
 * @param fact what must be true, as a plain statement ('rate is not negative')
 * @throws InvariantError
 */
export function assert(condition: boolean, fact: string): asserts condition {
  if (!condition) throw new InvariantError(`broken invariant: ${fact}`);
}

/**
 * Marks the `default` of an exhaustive switch: the compiler proves that it is never reached.
 * @throws InvariantError when a value got past the types all the same
 */
export function unreachable(value: never): never {
  throw new InvariantError(`unreachable value: ${JSON.stringify(value)}`);
}

/**
 * Returns `value` when it is there.
 * @throws InvariantError when it is `undefined` or `null`; `fact` says what should have been there
 */
export function present<T>(value: T | undefined | null, fact: string): T {
  assert(value !== undefined && value !== null, fact);
  return value;
}

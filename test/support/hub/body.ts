// test/support/hub/body.ts - the JSON of an answer, for tests that know what they asked for.

/** Waits for an answer and reads its body. */
export async function bodyOf<T = unknown>(answer: Promise<Response>): Promise<T> {
  return (await (await answer).json()) as T;
}

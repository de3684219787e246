// src/base/json-once.ts - JSON in which no object names a field twice. JSON.parse takes the last of two, another reader the first:
// a file that is to be checked must say one thing to everybody.
import { err, ok, type Result } from './result.ts';

/** Every string of a JSON text, with the colon that makes it a name. */
const STRINGS = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?/g;

/**
 * Parses a JSON text.
 * @returns the value, or the name that some object has twice; `-` where the text is no JSON at all
 */
export function parseJsonOnce(text: string): Result<unknown, { readonly field: string }> {
  const kept = new Map<string, number>();
  let value: unknown;
  try {
    value = JSON.parse(text, function (this: unknown, name: string, field: unknown): unknown {
      if (!Array.isArray(this)) kept.set(name, (kept.get(name) ?? 0) + 1);
      return field;
    });
  } catch {
    return err({ field: '-' }); // No JSON, or nested so deep that nobody can read it.
  }
  for (const [, string = '', colon] of text.matchAll(STRINGS)) {
    if (colon === undefined) continue;
    const name = String(JSON.parse(string));
    const left = kept.get(name) ?? 0;
    if (left === 0) return err({ field: name });
    kept.set(name, left - 1);
  }
  return ok(value);
}

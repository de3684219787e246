// src/cafe/difference.ts - what of a thing changed, as an audit line keeps it. Settings may be half a megabyte: whoever changes one
// price a hundred times shall not fill the audit with a hundred copies.

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A list as fields by place, when the other one is as long: then only some places changed. */
function fieldsOf(was: unknown, is: unknown): readonly [Fields, Fields] | undefined {
  if (isFields(was) && isFields(is)) return [was, is];
  if (!Array.isArray(was) || !Array.isArray(is) || was.length !== is.length) return undefined;
  return [{ ...was }, { ...is }];
}

/**
 * The parts of two JSON values that differ: of objects the fields, of lists of one length the places, by their numbers; anything
 * else as a whole. What is equal is left out; two equal values are two empty objects.
 */
export function difference(was: unknown, is: unknown): readonly [unknown, unknown] {
  const both = fieldsOf(was, is);
  if (both === undefined) return [was, is];
  const [before, after]: [Record<string, unknown>, Record<string, unknown>] = [{}, {}];
  for (const name of new Set([...Object.keys(both[0]), ...Object.keys(both[1])])) {
    const [old, now] = [both[0][name], both[1][name]];
    if (JSON.stringify(old) === JSON.stringify(now)) continue;
    const [part, other] = difference(old, now);
    if (old !== undefined) before[name] = part;
    if (now !== undefined) after[name] = other;
  }
  return [before, after];
}

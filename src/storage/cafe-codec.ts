// src/storage/cafe-codec.ts - a café's things as JSON: amounts are {"$n": "decimal"}, because a JavaScript number loses digits.
// Text from outside cannot look like one: every shape that peers may send is closed.

type Big = { readonly $n: string };

const isBig = (value: unknown): value is Big =>
  typeof value === 'object' && value !== null && '$n' in value && typeof value.$n === 'string';

/** Writes a thing. */
export function thingToJson(value: unknown): string {
  return JSON.stringify(value, (_name, field: unknown) =>
    typeof field === 'bigint' ? { $n: field.toString() } : field,
  );
}

/** Reads what `thingToJson` wrote, as parsed JSON. Fields that were `undefined` are absent. */
export function thingFromJson<T>(json: unknown): T {
  const read = (value: unknown): unknown => {
    if (isBig(value)) return BigInt(value.$n);
    if (Array.isArray(value)) return value.map(read);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, read(field)]));
  };
  return read(json) as T;
}

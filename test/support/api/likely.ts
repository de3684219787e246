// test/support/api/likely.ts - bodies that a program might really send: made from the schema of the document alone, with the
// values that earlier answers had under the same names.
import fc from 'fast-check';
import type { Random } from '../../../src/base/random.ts';
import type { Schema } from '../broken-bodies.ts';
import { misfit } from './document.ts';

/** People and keys of the test stay what they are; a key of an act is used once. */
const NOT_LEARNT = new Set(['wallet', 'cashier', 'by', 'id', 'key', 'secret', 'staff', 'apiKeys', 'webhooks', 'host']);

/** Values by the name of their field. */
export class Seen {
  readonly #values = new Map<string, unknown[]>();
  readonly #kept = new Map<string, readonly unknown[]>();
  readonly #most = 40;

  /** Values that stay. */
  keep(name: string, values: readonly unknown[]): void {
    this.#kept.set(name, values);
  }

  add(name: string, value: unknown): void {
    const list = this.#values.get(name) ?? [];
    if (list.some((one) => JSON.stringify(one) === JSON.stringify(value))) return;
    list.push(value);
    if (list.length > this.#most) list.splice(0, 1);
    this.#values.set(name, list);
  }

  /** Everything in an answer. */
  learn(answer: unknown): void {
    if (Array.isArray(answer)) for (const one of answer) this.learn(one);
    else if (typeof answer === 'object' && answer !== null) {
      for (const [name, value] of Object.entries(answer)) {
        if (NOT_LEARNT.has(name)) continue;
        this.add(name, value);
        if (name === 'number') this.add('receipt', value);
        this.learn(value);
      }
    }
  }

  of(name: string): readonly unknown[] {
    return [...(this.#kept.get(name) ?? []), ...(this.#values.get(name) ?? [])];
  }
}

const pick = <T>(list: readonly T[], random: Random): T | undefined => list[random.below(Math.max(1, list.length))];

function text(schema: Schema, random: Random): string {
  if (typeof schema.pattern === 'string') {
    const matching = fc.stringMatching(new RegExp(schema.pattern));
    const made = fc.sample(matching, { seed: random.below(2 ** 31), numRuns: 8 });
    return made.find((one) => misfit(schema, one) === undefined) ?? 'because';
  }
  const words = ['Lin', '電玩 \u{1f3ae}', 'a b', "x'; --", '<b>&amp;</b>', '=1+1'];
  const word = pick(words, random) ?? 'x';
  return word.padEnd(Number(schema.minLength ?? 0), 'x').slice(0, Number(schema.maxLength ?? 400));
}

function whole(schema: Schema, random: Random): number {
  const [least, most] = [Number(schema.minimum ?? 0), Number(schema.maximum ?? 1_000)];
  const choice = [least, most, least + random.below(Math.min(100, most - least + 1)), least + 1];
  return pick(choice, random) ?? least;
}

/** A value of a schema. `seen` is asked first, four times of five. */
export function likely(schema: Schema, name: string, seen: Seen, random: Random): unknown {
  const known = seen.of(name).filter((value) => misfit(schema, value) === undefined);
  if (known.length > 0 && random.below(5) > 0) return pick(known, random);
  if (Array.isArray(schema.anyOf)) return likely(pick(schema.anyOf as Schema[], random) ?? {}, name, seen, random);
  if (schema.const !== undefined) return schema.const;
  if (Array.isArray(schema.enum)) return pick(schema.enum, random);
  switch (schema.type) {
    case 'object': {
      const must = new Set((schema.required ?? []) as readonly string[]);
      const fields = Object.entries((schema.properties ?? {}) as Readonly<Record<string, Schema>>);
      const here = fields.filter(([field]) => must.has(field) || random.below(2) === 0);
      return Object.fromEntries(here.map(([field, inner]) => [field, likely(inner, field, seen, random)]));
    }
    case 'array': {
      const least = Number(schema.minItems ?? 0);
      const count = Math.min(Number(schema.maxItems ?? 3), least + random.below(3));
      const items = Array.from({ length: count }, () => likely(schema.items as Schema, name, seen, random));
      return schema.uniqueItems === true
        ? [...new Map(items.map((item) => [JSON.stringify(item), item])).values()]
        : items;
    }
    case 'string':
      return text(schema, random);
    case 'integer':
    case 'number':
      return whole(schema, random);
    case 'boolean':
      return random.below(2) === 0;
    case 'null':
      return null;
    default:
      return pick([1, 'x', null, {}], random);
  }
}

// test/support/broken-bodies.ts - bodies that a schema must refuse, made from one that it takes: each field left out, one too
// many, and each value in turn replaced by what peers send who mean ill or know no better.
import fc from 'fast-check';
import { Compile } from 'typebox/compile';
import type { Random } from '../../src/base/random.ts';

/** A JSON schema as the OpenAPI document has it. */
export type Schema = Readonly<Record<string, unknown>>;
/** A body and what is wrong with it. */
export type Broken = { readonly what: string; readonly body: unknown };

type Path = readonly (string | number)[];
type Place = { readonly path: Path; readonly value: unknown };

const NASTY: readonly unknown[] = [
  ...[null, true, [], {}, -1, 0, 1.5, 2 ** 53, -(2 ** 63)],
  ...['', '-1', '1.5', '1e9', '0x10', '01', '9'.repeat(13), '9'.repeat(400), "1'; drop table cafe; --", '../../..'],
];
/** What a schema may take for text, and nothing can keep: NUL, and half of a surrogate pair. */
const UNKEEPABLE = ['a\u0000b', 'half \ud83d'];
const UNKEEPABLE_MOST = 4;

/** A value that a schema takes: its required fields, each at its least. */
export function sampleOf(schema: Schema, random: Random): unknown {
  const [either] = (schema.anyOf ?? []) as readonly Schema[];
  if (either !== undefined) return sampleOf(either, random);
  if (schema.const !== undefined) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  switch (schema.type) {
    case 'object': {
      const properties = schema.properties as Readonly<Record<string, Schema>>;
      const names = (schema.required ?? []) as readonly string[];
      return Object.fromEntries(names.map((name) => [name, sampleOf(properties[name] ?? {}, random)]));
    }
    case 'array':
      return Array.from({ length: Number(schema.minItems ?? 0) }, () => sampleOf(schema.items as Schema, random));
    case 'string': {
      if (typeof schema.pattern !== 'string') return 'x'.repeat(Number(schema.minLength ?? 1));
      const [text] = fc.sample(fc.stringMatching(new RegExp(schema.pattern)), {
        seed: random.below(1_000),
        numRuns: 1,
      });
      return text;
    }
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return schema.minimum ?? 0;
  }
}

/** All places of a JSON value, itself first. */
function placesOf(value: unknown, path: Path = []): readonly Place[] {
  const inside: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? value.map((item, at) => [at, item] as const)
    : typeof value === 'object' && value !== null
      ? Object.entries(value)
      : [];
  return [{ path, value }, ...inside.flatMap(([name, item]) => placesOf(item, [...path, name]))];
}

/** A value with what stands at a path replaced; `undefined` leaves it out. */
function put(value: unknown, [first, ...rest]: Path, by: unknown): unknown {
  if (first === undefined) return by;
  if (Array.isArray(value)) return value.map((item, at) => (at === first ? put(item, rest, by) : item));
  return { ...(value as object), [first]: put((value as Record<string, unknown>)[first], rest, by) };
}

/**
 * Broken forms of a good body; each is refused by the schema itself, so that what is left to see is what the server does.
 * @param most about so many, chosen by chance where there are more
 */
export function brokenBodies(schema: Schema, good: unknown, random: Random, most: number): readonly Broken[] {
  const validator = Compile(schema as never);
  if (!validator.Check(good)) throw new Error(`the good body is none: ${JSON.stringify(good).slice(0, 300)}`);
  const at = (path: Path): string => `/${path.join('/')}`;
  const all = placesOf(good).flatMap(({ path, value }): readonly Broken[] => {
    const without = path.length === 0 ? [] : [{ what: `without ${at(path)}`, body: put(good, path, undefined) }];
    const isPlain = typeof value === 'object' && value !== null && !Array.isArray(value);
    const more = isPlain ? [{ what: `more in ${at(path)}`, body: put(good, path, { ...value, surprise: 1 }) }] : [];
    const odd = NASTY.map((by) => ({
      what: `${at(path)} ${JSON.stringify(by).slice(0, 40)}`,
      body: put(good, path, by),
    }));
    return [...without, ...more, ...odd];
  });
  // What JSON cannot carry is left out by it, and what is left may be good again.
  const broken = all.filter(({ body }) => !validator.Check(JSON.parse(JSON.stringify(body) ?? 'null')));
  const unkeepable = placesOf(good).flatMap(({ path, value }) =>
    typeof value === 'string'
      ? UNKEEPABLE.map((by) => ({ what: `${at(path)} ${JSON.stringify(by)}`, body: put(good, path, by) }))
      : [],
  );
  const some = (list: readonly Broken[], count: number): readonly Broken[] => {
    const left = [...list];
    while (left.length > count) left.splice(random.below(left.length), 1);
    return left;
  };
  return [...some(broken, most), ...some(unkeepable, UNKEEPABLE_MOST)];
}

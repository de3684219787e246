// src/config/load.ts - one settled value per setting: defaults < nearcade.toml < NEARCADE_* variables < flags. A wrong
// value, an unknown flag or an unknown key stops the start with key, value and range; nothing is guessed.
import { parse as parseToml } from 'smol-toml';
import { err, ok, type Result } from '../base/result.ts';
import { nearestWord } from './nearest-word.ts';
import type { Setting } from './setting.ts';

/** Settings of one command, by the name its code uses. */
export type Settings = Readonly<Record<string, Setting<unknown>>>;
/** The values, typed by their settings; `undefined` only where a setting has no default. */
export type Values<S extends Settings> = {
  readonly [K in keyof S]: S[K] extends Setting<infer T> ? T | undefined : never;
};
/**
 * What `load` read. `given` has the settings that a person set, as they were written: a default may give way and a wish
 * may not, and a supervisor hands some on.
 */
export type Loaded<S extends Settings> = {
  readonly values: Values<S>;
  readonly given: ReadonlyMap<keyof S, string>;
  readonly rest: readonly string[];
};
/** One line a person can act on. */
export type ConfigProblem = string;

type Sources = {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Text of nearcade.toml, or `undefined` when there is none. */
  readonly file: string | undefined;
  /** Keys of other commands: a shared nearcade.toml may hold them. */
  readonly otherKeys: ReadonlySet<string>;
  /** How many words beside flags the command takes; any number unless given. */
  readonly wordsMost?: number;
};

/** Name of the variable for a key: `relay-ports` -> `NEARCADE_RELAY_PORTS`. */
export function variableOf(key: string): string {
  return `NEARCADE_${key.toUpperCase().replaceAll('-', '_')}`;
}

/** ' did you mean X?' where a known word is near. */
const meant = (typed: string, known: Iterable<string>, sign = ''): string => {
  const word = nearestWord(typed, known);
  return word === undefined ? '' : `; did you mean ${sign}${word}?`;
};

function readFlags(argv: readonly string[], byKey: ReadonlyMap<string, Setting<unknown>>) {
  const flags = new Map<string, string>();
  const rest: string[] = [];
  const problems: ConfigProblem[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? '';
    const match = /^--([a-z][a-z0-9-]*)(?:=([\s\S]*))?$/.exec(word);
    if (match === null) {
      rest.push(word);
      continue;
    }
    const setting = byKey.get(match[1] ?? '');
    if (setting === undefined) {
      const name = match[1] ?? '';
      problems.push(`unknown flag --${name}${meant(name, byKey.keys(), '--') || '; --help lists the flags'}`);
      if (match[2] === undefined && argv[i + 1]?.startsWith('-') === false) i++; // Its value, most likely.
    } else if (match[2] !== undefined) {
      flags.set(setting.key, match[2]);
    } else if (setting.word === '' && !/^(true|false)$/.test(argv[i + 1] ?? '')) {
      flags.set(setting.key, 'true');
    } else {
      const value = argv[i + 1];
      // A flag is no value of another one; a text that begins like one is written --key=TEXT.
      const missing = value === undefined || /^--[a-z]/.test(value);
      if (!missing) i++;
      if (missing) problems.push(`--${setting.key} needs a value: ${setting.range}`);
      else flags.set(setting.key, value);
    }
  }
  return { flags, rest, problems };
}

function readFile(text: string | undefined): Result<Map<string, string>, ConfigProblem> {
  if (text === undefined) return ok(new Map());
  try {
    return ok(
      new Map(
        Object.entries(parseToml(text)).map(([key, value]) => [
          key.replaceAll('_', '-'),
          Array.isArray(value) ? value.join(',') : String(value),
        ]),
      ),
    );
  } catch (cause) {
    return err(`nearcade.toml: ${cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)}`);
  }
}

/** Settles every setting, or returns every problem found. */
export function load<S extends Settings>(settings: S, sources: Sources): Result<Loaded<S>, ConfigProblem[]> {
  const byKey = new Map(Object.values(settings).map((setting) => [setting.key, setting]));
  const { flags, rest, problems } = readFlags(sources.argv, byKey);
  for (const word of rest.slice(sources.wordsMost ?? rest.length)) {
    const hint = word.startsWith('-') ? meant(word.replace(/^-+/, ''), byKey.keys(), '--') : '';
    problems.push(`nothing is expected here: '${word}'${hint || '; flags begin with --'}`);
  }
  const file = readFile(sources.file);
  if (!file.ok) return err([...problems, file.error]);
  for (const key of file.value.keys()) {
    if (!byKey.has(key) && !sources.otherKeys.has(key)) problems.push(`nearcade.toml: unknown key ${key}`);
  }
  const values: Record<string, unknown> = {};
  const given = new Map<keyof S, string>();
  for (const [name, setting] of Object.entries(settings)) {
    const variable = variableOf(setting.key);
    const candidates: readonly (readonly [string, string | undefined])[] = [
      [`--${setting.key}`, flags.get(setting.key)],
      [variable, sources.env[variable]],
      [`nearcade.toml: ${setting.key}`, file.value.get(setting.key)],
    ];
    const found = candidates.find(([, value]) => value !== undefined);
    const value = found?.[1] ?? setting.fallback;
    if (value === undefined) continue;
    if (found !== undefined) given.set(name, value);
    const read = setting.read(value);
    if (read.ok) values[name] = read.value;
    else
      problems.push(`${found?.[0] ?? setting.key} is '${setting.secret ? '...' : value}'; it must be ${setting.range}`);
  }
  return problems.length > 0 ? err(problems) : ok({ values: Object.freeze(values) as Values<S>, given, rest });
}

/** The flags of a command as lines for --help. */
export function helpLines(settings: Settings): string[] {
  const rows = Object.values(settings).map(({ key, word, help, fallback }) => ({
    left: `  --${key}${word === '' ? '' : ` ${word}`}`,
    right: fallback === undefined || word === '' ? help : `${help} [${fallback}]`,
  }));
  const width = Math.max(...rows.map(({ left }) => left.length));
  return rows.map(({ left, right }) => `${left.padEnd(width)}  ${right}`);
}

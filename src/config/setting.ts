// src/config/setting.ts - what a setting can be: how its text is read, and what is said when the text is wrong.
import { err, ok, type Result } from '../base/result.ts';
import { isSeen } from '../base/unseen.ts';

/** One setting: a flag `--key`, a variable NEARCADE_KEY and a line `key = ...` in nearcade.toml. */
export type Setting<T> = {
  readonly key: string;
  /** One line for --help. */
  readonly help: string;
  /** The values taken, for the error and for --help: 'HOST:PORT', '1..64'. */
  readonly range: string;
  /** One word that stands for the value in --help; empty for a switch. */
  readonly word: string;
  /** Text of the default, or `undefined` when there is none; a function of the machine is spelled out in `help`. */
  readonly fallback: string | undefined;
  /** True when logs and `config print` must not show it. */
  readonly secret: boolean;
  /** Reads the text; an error says only that it is outside `range`. */
  readonly read: (text: string) => Result<T, 'out-of-range'>;
};

type Options = { readonly fallback?: string; readonly secret?: boolean; readonly word?: string };

/** A setting with a reader of its own; `read` answers `undefined` for text outside `range`. */
export const make = <T>(
  key: string,
  help: string,
  range: string,
  read: (text: string) => T | undefined,
  options: Options = {},
): Setting<T> => ({
  key,
  help,
  range,
  word: options.word ?? 'TEXT',
  fallback: options.fallback,
  secret: options.secret ?? false,
  read: (text) => {
    const value = read(text);
    return value === undefined ? err('out-of-range') : ok(value);
  },
});

/** An address to listen on or to reach. `host` is a name or an address without brackets; `port` 0 asks for any. */
export type HostPort = { readonly host: string; readonly port: number };

function readHostPort(text: string): HostPort | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host === undefined || port > 65_535 ? undefined : { host, port };
}

/** Writes an address as `host:port`, an IPv6 host in brackets. */
export function hostPortText({ host, port }: HostPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** An address as `HOST:PORT`; an IPv6 host stands in brackets, port 0 asks for any free one. */
export const hostPort = (key: string, help: string, options?: Options): Setting<HostPort> =>
  make(key, help, 'HOST:PORT, port 0..65535', readHostPort, { word: 'HOST:PORT', ...options });

/** Any text of 1 to 400 characters. */
export const text = (key: string, help: string, options?: Options): Setting<string> =>
  make(
    key,
    help,
    '1..400 characters',
    (value) => (value.length >= 1 && value.length <= 400 ? value : undefined),
    options,
  );

/** A name that others read: one line. */
export const nameText = (key: string, help: string, options?: Options): Setting<string> =>
  make(
    key,
    help,
    '1..80 characters, one line without control characters',
    (value) => (value.length <= 80 && isSeen(value) ? value : undefined),
    { word: 'NAME', ...options },
  );

/** A whole number between two bounds. */
export const integer = (
  key: string,
  help: string,
  [min, max]: readonly [number, number],
  options?: Options,
): Setting<number> =>
  make(
    key,
    help,
    `${min}..${max}`,
    (value) => {
      const number = /^-?\d+$/.test(value) ? Number(value) : Number.NaN;
      return number >= min && number <= max ? number : undefined;
    },
    { word: `${min}..${max}`, ...options },
  );

/** A switch: the bare flag means true. */
export const toggle = (key: string, help: string): Setting<boolean> =>
  make(key, help, 'true or false', (value) => (value === 'true' ? true : value === 'false' ? false : undefined), {
    fallback: 'false',
    word: '',
  });

/** One of a few words. */
export const choice = <const T extends string>(
  key: string,
  help: string,
  words: readonly T[],
  options?: Options,
): Setting<T> =>
  make(key, help, words.join(' | '), (value) => words.find((word) => word === value), {
    word: words.join('|'),
    ...options,
  });

/** An http(s) or ws(s) address without a path. */
export const origin = (key: string, help: string, options?: Options): Setting<string> =>
  make(
    key,
    help,
    'http://HOST:PORT or https://HOST',
    (value) => {
      const url = URL.canParse(value) ? new URL(value) : undefined;
      return url !== undefined && /^https?:$/.test(url.protocol) ? url.origin : undefined;
    },
    { word: 'URL', ...options },
  );

/** `A-B`: two ports, the first not above the second. */
export const portRange = (
  key: string,
  help: string,
  options?: Options,
): Setting<{ readonly first: number; readonly last: number }> =>
  make(
    key,
    help,
    'A-B, ports 1..65535',
    (value) => {
      const match = /^(\d{1,5})-(\d{1,5})$/.exec(value);
      const [first, last] = [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0)];
      return first >= 1 && first <= last && last <= 65_535 ? { first, last } : undefined;
    },
    { word: 'A-B', ...options },
  );

/** Several values in one text, separated by commas. */
export const list = (key: string, help: string, range: string, options?: Options): Setting<readonly string[]> =>
  make(
    key,
    help,
    range,
    (value) =>
      value
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    { word: range, ...options },
  );

/** Several values in one text, separated by commas, each of which must pass `accepts`; at least one. */
export const listOf = (
  key: string,
  help: string,
  range: string,
  accepts: (part: string) => boolean,
  options?: Options,
): Setting<readonly string[]> =>
  make(
    key,
    help,
    range,
    (value) => {
      const parts = value.split(',').map((part) => part.trim());
      return parts.every((part) => part !== '' && accepts(part)) ? parts : undefined;
    },
    { word: range, ...options },
  );

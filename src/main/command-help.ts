// src/main/command-help.ts - what ./nearcade says of its commands, and which one a line means.
import { helpLines, type Settings } from '../config/load.ts';
import { nearestWord } from '../config/nearest-word.ts';

/** One command. */
export type Command = {
  readonly summary: string;
  readonly usage: string;
  readonly settings: Settings;
  /** Lines a person can copy, each with what it is for. */
  readonly examples?: readonly (readonly [line: string, what: string])[];
  /** What --help says besides. */
  readonly more?: string;
  readonly run: (argv: readonly string[]) => Promise<void>;
  /** Started by other commands, not by people. */
  readonly hidden?: true;
};

type Commands = Readonly<Record<string, Command>>;

/** What a line asks for. */
export type Asked =
  | { readonly kind: 'usage' }
  | { readonly kind: 'version' }
  | { readonly kind: 'help' | 'run'; readonly name: string; readonly argv: readonly string[] }
  /** `meant`: the command that is near. */
  | { readonly kind: 'unknown'; readonly word: string; readonly meant: string | undefined };

const isHelp = (word: string | undefined): boolean => word === '--help' || word === '-h';

/** Reads the words after ./nearcade. A command of two words goes before one of its first word. */
export function askedFor(commands: Commands, words: readonly string[]): Asked {
  const [first, ...others] = words;
  if (first === '--version' || first === '-v' || first === 'version') return { kind: 'version' };
  if (first === 'help' && others.length > 0) return askedFor(commands, [...others, '--help']);
  if (first === undefined || first === 'help' || isHelp(first)) return { kind: 'usage' };
  const name = [`${first} ${others[0]}`, first].find((known) => Object.hasOwn(commands, known));
  if (name === undefined) return { kind: 'unknown', word: first, meant: nearestWord(first, seen(commands)) };
  const argv = words.slice(name.split(' ').length);
  const [act = ''] = argv;
  const acts = seen(commands).filter((known) => known.startsWith(`${name} `));
  if (acts.length > 0 && /^[a-z]/.test(act)) {
    return { kind: 'unknown', word: `${name} ${act}`, meant: nearestWord(`${name} ${act}`, acts) };
  }
  return { kind: argv.some(isHelp) ? 'help' : 'run', name, argv };
}

const seen = (commands: Commands): string[] => Object.keys(commands).filter((name) => !commands[name]?.hidden);

/** The list of commands. */
export function usageText(commands: Commands): string {
  const names = seen(commands);
  const width = Math.max(...names.map((name) => name.length)) + 2;
  return [
    'Nearcade - the nearest GPU is your arcade.',
    '',
    'usage: ./nearcade COMMAND [flags]        ./nearcade COMMAND --help',
    '',
    ...names.map((name) => `  ${name.padEnd(width)}${commands[name]?.summary}`),
    '',
    'Begin with ./nearcade up. docs/OPERATING.md tells the rest.',
    'Every flag is also a variable (--data: NEARCADE_DATA) and a line of nearcade.toml (data = "...") in the folder you start from.',
    '',
  ].join('\n');
}

/** What is said to whoever typed a command wrong. */
export function usageHint(name: string, { usage }: Command): string {
  return `usage: ${usage}\n       ./nearcade ${name} --help tells the rest\n`;
}

/** What --help says of one command. */
export function helpText({ usage, summary, settings, examples = [], more }: Command): string {
  return [
    usage,
    summary,
    '',
    ...(more === undefined ? [] : [more]),
    ...helpLines(settings),
    ...(examples.length === 0 ? [] : ['', 'for example:']),
    ...examples.flatMap(([line, what]) => [`  ${line}`, `      ${what}`]),
    '',
  ].join('\n');
}

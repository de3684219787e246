// src/render/manifest.ts - what a game says of itself: a JSON file, checked in full before anything of it is used.
// docs/GAMES.md explains the fields to those who write one.
import { isAbsolute } from 'node:path';
import type { GameId } from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import { hidByCode } from '../protocol/key-codes.ts';
import { pictureLimits } from '../protocol/limits.ts';
import type { Game } from '../protocol/shapes.ts';
import { isSafePath } from './saves/save-pack.ts';

/** A gamepad as keys and mouse, for games that know no pads or machines that have no uinput. */
export type PadProfile = {
  /** What each button presses: a key by HID usage or a mouse button; indices of the W3C's 'standard' mapping. */
  readonly buttons: Readonly<Record<number, { readonly hid: number } | { readonly button: number }>>;
  /** Keys of the left stick: up, left, down, right. */
  readonly move: readonly number[];
  /** Pixels a second that the right stick moves the mouse when fully pushed; 0 not at all. */
  readonly lookSpeed: number;
};

/** A checked manifest. */
export type Manifest = {
  readonly game: Game;
  /** Program and arguments; '{width}', '{height}', '{home}' are filled in. */
  readonly command: readonly string[];
  /** Files that must be there for the game to be offered. */
  readonly needs: readonly string[];
  /** Debian packages that bring them. */
  readonly packages: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Files written into the fresh home, after the save was put back; filled in like the command. */
  readonly files: Readonly<Record<string, string>>;
  /** Files and folders in the home that make up a save. */
  readonly saves: readonly string[];
  /** Whether it starts at any picture size. */
  readonly resizable: boolean;
  /** Whether it plays over the internet. */
  readonly network: boolean;
  readonly pad: PadProfile | undefined;
};

const ID = /^[a-z0-9][a-z0-9-]{0,39}$/;
const PACKAGE = /^[a-z0-9][a-z0-9+.-]{1,80}$/;
const VARIABLE = /^[A-Z_][A-Z0-9_]{0,63}$/;
const LIST_MAX = 64;
const TEXT_MAX = 8_192;
const MICE = ['none', 'absolute', 'relative'] as const;

/** Collects the first fault while fields are read; what is read after it does not matter. */
class Reader {
  fault: string | undefined;

  /** Says that a field is not as it should be. */
  wrong(field: string, wanted: string): void {
    this.fault ??= `${field}: ${wanted}`;
  }

  /** An object's fields; those of an empty object when it is none. */
  fields(value: unknown, field: string, known: readonly string[]): Readonly<Record<string, unknown>> {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.wrong(field, 'must be an object');
      return {};
    }
    const entries = Object.entries(value);
    for (const [name] of entries)
      if (known.length > 0 && !known.includes(name)) this.wrong(`${field}.${name}`, 'is not known');
    if (entries.length > LIST_MAX) this.wrong(field, `has more than ${LIST_MAX} fields`);
    return Object.fromEntries(entries);
  }

  /** A text of 1 to `most` characters that passes. */
  text(value: unknown, field: string, most: number, passes: (text: string) => boolean = () => true): string {
    if (typeof value === 'string' && value.length >= 1 && value.length <= most && passes(value)) return value;
    this.wrong(field, `must be a text of 1 to ${most} characters in the right form`);
    return '';
  }

  /** A whole number. */
  integer(value: unknown, field: string, least: number, most: number): number {
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
    this.wrong(field, `must be a whole number from ${least} to ${most}`);
    return least;
  }

  /** Yes or no. */
  yesNo(value: unknown, field: string): boolean {
    if (typeof value !== 'boolean') this.wrong(field, 'must be true or false');
    return value === true;
  }

  /** A list of texts that pass. */
  texts(value: unknown, field: string, passes: (text: string) => boolean = () => true): string[] {
    if (!Array.isArray(value) || value.length > LIST_MAX) {
      this.wrong(field, `must be a list of at most ${LIST_MAX}`);
      return [];
    }
    return value.map((item, index) => this.text(item, `${field}[${index}]`, TEXT_MAX, passes));
  }

  /** Texts by names that pass. */
  dictionary(value: unknown, field: string, passes: (name: string) => boolean): Record<string, string> {
    const entries = Object.entries(this.fields(value, field, []));
    for (const [name] of entries) if (!passes(name)) this.wrong(`${field}.${name}`, 'is no fitting name');
    return Object.fromEntries(entries.map(([name, text]) => [name, this.text(text, `${field}.${name}`, TEXT_MAX)]));
  }

  /** The same text in the three languages. */
  languages(value: unknown, field: string, most: number): Game['title'] {
    const { 'zh-Hant': hant, 'zh-Hans': hans, en } = this.fields(value, field, ['zh-Hant', 'zh-Hans', 'en']);
    return {
      'zh-Hant': this.text(hant, `${field}.zh-Hant`, most),
      'zh-Hans': this.text(hans, `${field}.zh-Hans`, most),
      en: this.text(en, `${field}.en`, most),
    };
  }
}

function readPicture(read: Reader, value: unknown): Game['picture'] {
  const { width, height, fps } = read.fields(value, 'picture', ['width', 'height', 'fps']);
  const even = (size: number, field: string): number => {
    if (size % 2 !== 0) read.wrong(field, 'must be even');
    return size;
  };
  return {
    width: even(read.integer(width, 'picture.width', pictureLimits.widthMin, pictureLimits.widthMax), 'picture.width'),
    height: even(
      read.integer(height, 'picture.height', pictureLimits.heightMin, pictureLimits.heightMax),
      'picture.height',
    ),
    fps: read.integer(fps, 'picture.fps', pictureLimits.fpsMin, pictureLimits.fpsMax),
  };
}

function readInput(read: Reader, value: unknown, pad: boolean): Game['input'] {
  const { keyboard, mouse, touch } = read.fields(value, 'input', ['keyboard', 'mouse', 'touch']);
  const kind = MICE.find((one) => one === mouse);
  if (kind === undefined) read.wrong('input.mouse', `must be one of ${MICE.join(', ')}`);
  return {
    keyboard: read.yesNo(keyboard, 'input.keyboard'),
    mouse: kind ?? 'none',
    gamepad: pad,
    touch: read.yesNo(touch, 'input.touch'),
  };
}

function readPad(read: Reader, value: unknown): PadProfile | undefined {
  if (value === undefined) return undefined;
  const { buttons, move, lookSpeed } = read.fields(value, 'pad', ['buttons', 'move', 'lookSpeed']);
  const keyOf = (code: string, field: string): number => {
    const hid = hidByCode.get(code);
    if (hid === undefined) read.wrong(field, 'must be a KeyboardEvent.code such as KeyW');
    return hid ?? 0;
  };
  const targets = Object.entries(read.dictionary(buttons ?? {}, 'pad.buttons', (name) => /^(\d|1[0-6])$/.test(name)));
  return {
    buttons: Object.fromEntries(
      targets.map(([index, name]) => {
        const mouse = /^Mouse([0-4])$/.exec(name)?.[1];
        return [
          Number(index),
          mouse === undefined ? { hid: keyOf(name, `pad.buttons.${index}`) } : { button: Number(mouse) },
        ];
      }),
    ),
    move: read.texts(move ?? [], 'pad.move').map((code, index) => keyOf(code, `pad.move[${index}]`)),
    lookSpeed: read.integer(lookSpeed ?? 0, 'pad.lookSpeed', 0, 10_000),
  };
}

const FIELDS = [
  ...['id', 'title', 'summary', 'age', 'picture', 'resizable', 'input', 'pad'],
  ...['command', 'needs', 'packages', 'env', 'files', 'saves', 'network'],
];

/** Checks a manifest; the refusal names the first field that is wrong and what it should be. */
export function readManifest(value: unknown): Result<Manifest, string> {
  const read = new Reader();
  const raw = read.fields(value, 'manifest', FIELDS);
  const pad = readPad(read, raw.pad);
  const id = read.text(raw.id, 'id', 40, (text) => ID.test(text) && text !== 'arcade');
  const saves = read.texts(raw.saves ?? [], 'saves', isSafePath);
  const command = read.texts(raw.command, 'command');
  if (!isAbsolute(command[0] ?? '')) read.wrong('command[0]', 'must be an absolute path');
  const manifest: Manifest = {
    game: {
      id: id as GameId,
      title: read.languages(raw.title, 'title', 80),
      summary: read.languages(raw.summary, 'summary', 300),
      picture: readPicture(read, raw.picture),
      input: readInput(read, raw.input, pad !== undefined),
      saves: saves.length > 0,
      ...(raw.age === undefined ? {} : { age: read.integer(raw.age, 'age', 0, 21) }),
    },
    command,
    needs: read.texts(raw.needs ?? [], 'needs', isAbsolute),
    packages: read.texts(raw.packages ?? [], 'packages', (name) => PACKAGE.test(name)),
    env: read.dictionary(raw.env ?? {}, 'env', (name) => VARIABLE.test(name)),
    files: read.dictionary(raw.files ?? {}, 'files', isSafePath),
    saves,
    resizable: read.yesNo(raw.resizable ?? false, 'resizable'),
    network: read.yesNo(raw.network ?? false, 'network'),
    pad,
  };
  return read.fault === undefined ? ok(manifest) : err(read.fault);
}

/** Fills '{name}' in; names that are not given stay as they are. */
export function filledIn(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

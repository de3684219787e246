// src/render/text/fonts.ts - the fonts of the built-in game, and the proof that they draw: a canvas without a font draws
// nothing and says nothing.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCanvas, GlobalFonts } from '@napi-rs/canvas';
import { OutageError } from '../../base/assert.ts';
import { LANGUAGES, type Language, words } from '../arcade/words.ts';

const FOLDER = join(import.meta.dirname, '..', '..', '..', 'assets', 'fonts');
const FILES = { 'Nearcade Latin': 'latin.woff2', 'Nearcade Hant': 'zh-hant.woff2', 'Nearcade Hans': 'zh-hans.woff2' };
const FAMILIES: Readonly<Record<Language, string>> = {
  en: "'Nearcade Latin'",
  'zh-Hant': "'Nearcade Latin', 'Nearcade Hant'",
  'zh-Hans': "'Nearcade Latin', 'Nearcade Hans'",
};

/** A CSS font of this size in pixels for texts of a language. */
export function fontOf(language: Language, sizePx: number): string {
  return `${sizePx}px ${FAMILIES[language]}`;
}

/** Pixels lit by two characters of a language, each, and how many differ between them. */
export function inkOf(language: Language): { readonly first: number; readonly second: number; readonly apart: number } {
  const [size, text] = [32, words[language].goal];
  const drawn = [text.charAt(0), text.charAt(1)].map((character) => {
    const canvas = createCanvas(size, size);
    const context = canvas.getContext('2d');
    context.font = fontOf(language, 24);
    context.fillStyle = '#ffffff';
    context.fillText(character, 2, 25);
    return canvas
      .data()
      .filter((_, index) => index % 4 === 3)
      .map((alpha) => (alpha > 127 ? 1 : 0));
  });
  const count = (pixels: Uint8Array | undefined): number => pixels?.reduce((sum, lit) => sum + lit, 0) ?? 0;
  const [first, second] = drawn;
  return {
    first: count(first),
    second: count(second),
    apart: first?.reduce((sum, lit, index) => sum + (lit === second?.[index] ? 0 : 1), 0) ?? 0,
  };
}

const INK_LEAST = 20; // The thinnest letter in use lights some 60 of 1,024 pixels.
let ready = false;

/**
 * Loads the fonts, once per process, and checks that each language draws letters that differ.
 * @throws OutageError when a file is missing or a language leaves no ink
 */
export function loadFonts(folder: string = FOLDER): void {
  if (ready) return;
  for (const [family, file] of Object.entries(FILES)) {
    let bytes: Buffer;
    try {
      bytes = readFileSync(join(folder, file));
    } catch (cause) {
      throw new OutageError(`cannot read the font ${file} in ${folder}`, { cause });
    }
    if (GlobalFonts.register(bytes, family) === null) throw new OutageError(`${file} in ${folder} is not a font`);
  }
  for (const language of LANGUAGES) {
    const { first, second, apart } = inkOf(language);
    if (Math.min(first, second, apart) >= INK_LEAST) continue;
    throw new OutageError(`text in ${language} draws no letters (ink ${first}, ${second}, apart ${apart})`);
  }
  ready = true;
}

// src/render/arcade/screens.ts - the words over the field: title, banners of a wave, pause, the end.
import type { Arcade } from '../../game/arcade.ts';
import { COLOURS, coloursWon } from '../../game/record.ts';
import { addDot } from '../raster/strokes.ts';
import { marginOf } from './hud.ts';
import { grouped, putWords } from './letters.ts';
import { palette } from './palette.ts';
import type { Stage } from './stage.ts';
import { waveText, words } from './words.ts';

/** What a banner says, and since when. */
export type Banner = { readonly text: string; readonly detail: string; readonly colour: string; ageMs: number };

const BANNER_MS = 2_300;
const HINT_MS = 9_000;
const HINT_RUNS = 2; // Whoever has played twice knows.

/** The largest letters, up to `size`, in which the text fits into this share of the width. */
function fitted(stage: Stage, text: string, size: number, share: number): number {
  const wanted = stage.letters(size);
  const width = stage.text.line(text, { size: wanted, colour: palette.text }).width;
  const room = stage.width * share;
  return width <= room ? wanted : Math.max(6, Math.floor((wanted * room) / width));
}

function centred(stage: Stage, text: string, y: number, size: number, colour: string, glow = 0, gain = 1): void {
  const fits = fitted(stage, text, size, 0.92);
  const spread = glow > 0 ? Math.max(3, Math.round((glow * fits) / size)) : 0;
  putWords(stage, text, stage.width / 2, stage.height * y, { size: fits, colour, glow: spread }, 'middle', gain);
}

/** 0..1, up and down in 1.6 s: what waits for a press. */
function pulse(ms: number): number {
  return 0.78 + 0.22 * Math.cos((ms / 1_600) * 2 * Math.PI);
}

function drawLogo(stage: Stage, colour: string): void {
  const size = fitted(stage, 'NEARCADE', 118, 0.72);
  const look = { size, colour, spacing: 0.14 };
  const x = stage.width / 2 + size * 0.07;
  putWords(stage, 'NEARCADE', x, stage.height * 0.2, { ...look, glow: Math.round(size * 0.24) }, 'middle', 0.9);
  putWords(stage, 'NEARCADE', x, stage.height * 0.2, { ...look, colour: palette.text }, 'middle', 0.7);
}

function drawHelp(stage: Stage): void {
  const text = words[stage.language];
  const margin = marginOf(stage);
  const size = stage.letters(17);
  const lines = [text.keys, text.mouse, text.pad, text.touch];
  for (const [index, line] of lines.entries()) {
    const y = stage.height - margin - size * (0.5 + 1.5 * (lines.length - 1 - index));
    putWords(stage, line, margin, y, { size, colour: palette.muted }, 'left', 0.9);
  }
}

const SWITCHES = ['mute', 'calm', 'colour'] as const;
const SWITCH_WIDTH = 7; // In letters' heights; wide enough for a thumb.

function switchRow(stage: Stage, index: number): { readonly y: number; readonly size: number } {
  const size = stage.letters(17);
  return { size, y: stage.height - marginOf(stage) - size * (0.5 + 1.9 * (SWITCHES.length - 1 - index)) };
}

function drawSwitches(stage: Stage, arcade: Arcade): void {
  const text = words[stage.language];
  const right = stage.width - marginOf(stage);
  const labels = [`M ${text.sound}`, `C ${text.calm}`, `V ${text.colour}`];
  const lit = [arcade.record.music, arcade.record.calm, true];
  for (const [index, label] of labels.entries()) {
    const { y, size } = switchRow(stage, index);
    const on = lit[index] === true;
    const colour = on ? palette.text : palette.muted;
    putWords(stage, label, right - size * 1.2, y, { size, colour }, 'right', on ? 1 : 0.7);
    const light = { colour: index === 2 ? shipColour(arcade) : palette.near, core: 4, glow: 7, heat: 0 };
    const brush = stage.brush(light, on ? 1 : 0.12);
    if (brush !== undefined) addDot(stage.surface, right - size * 0.35, y, brush);
  }
}

/** The switch of the title that lies at a place of the picture, 0..65535 each way. */
export function switchAt(stage: Stage, x: number, y: number): (typeof SWITCHES)[number] | undefined {
  if (!isRoomy(stage)) return undefined;
  const [right, down] = [(x / 65_535) * stage.width, (y / 65_535) * stage.height];
  return SWITCHES.find((_, index) => {
    const row = switchRow(stage, index);
    return right > stage.width - marginOf(stage) - SWITCH_WIDTH * row.size && Math.abs(down - row.y) < 0.95 * row.size;
  });
}

function isRoomy({ width, height }: Stage): boolean {
  return width >= 800 && width > height;
}

/** The colour the player chose. */
export function shipColour(arcade: Arcade): string {
  return palette[COLOURS[arcade.record.colour] ?? 'near'];
}

/** The title over the demonstration. */
export function drawTitle(stage: Stage, arcade: Arcade): void {
  const text = words[stage.language];
  drawLogo(stage, shipColour(arcade));
  centred(stage, text.goal, 0.345, 30, palette.text, 0, 0.95);
  const roomy = isRoomy(stage);
  centred(stage, text.go, roomy ? 0.74 : 0.8, 34, palette.near, 12, pulse(arcade.sceneMs));
  const { best } = arcade.record;
  if (best > 0) centred(stage, `${text.best} ${grouped(best)}`, roomy ? 0.815 : 0.88, 20, palette.coin);
  if (!roomy && stage.height > stage.width) centred(stage, text.touch, 0.95, 20, palette.muted);
  if (!roomy) return;
  drawHelp(stage);
  drawSwitches(stage, arcade);
  centred(stage, text.tagline, 0.955, 17, palette.muted, 0, 0.9);
}

/** A line or two in the upper middle, for a moment. */
export function drawBanner(stage: Stage, banner: Banner | undefined): void {
  if (banner === undefined || banner.ageMs > BANNER_MS) return;
  const fade = Math.min(1, banner.ageMs / 160, (BANNER_MS - banner.ageMs) / 420);
  centred(stage, banner.text, 0.2, 50, banner.colour, 14, fade);
  if (banner.detail !== '') centred(stage, banner.detail, 0.285, 24, palette.text, 0, fade);
}

/** How to play, below the field, while someone new plays their first seconds: for what they hold in their hands. */
export function drawHint(stage: Stage, arcade: Arcade): void {
  const left = HINT_MS - arcade.world.timeMs;
  if (arcade.record.runs >= HINT_RUNS || left <= 0 || stage.width < 300) return;
  centred(stage, words[stage.language][arcade.device], 0.93, 24, palette.text, 0, Math.min(1, left / 600));
}

/** What stands over the still field while a run waits for its player. */
export function drawPause(stage: Stage, arcade: Arcade): void {
  const text = words[stage.language];
  centred(stage, text.paused, 0.26, 64, palette.text, 14);
  centred(stage, text.goOn, 0.76, 32, palette.near, 12, pulse(arcade.sceneMs));
}

/** The end of a run: what came of it. */
export function drawOver(stage: Stage, arcade: Arcade): void {
  const text = words[stage.language];
  const { score, wave } = arcade.world;
  const { isBest, won } = arcade.result;
  const rise = Math.min(1, arcade.sceneMs / 300);
  centred(stage, text.over, 0.17, 50, palette.stop, 14, rise);
  centred(stage, grouped(score), 0.42, 110, isBest ? palette.coin : palette.text, isBest ? 20 : 0, rise);
  const detail = isBest ? text.newBest : `${text.best} ${grouped(arcade.record.best)}`;
  centred(
    stage,
    `${waveText(stage.language, wave)}   ${detail}`,
    0.545,
    28,
    isBest ? palette.coin : palette.muted,
    0,
    rise,
  );
  if (won !== undefined && coloursWon(arcade.record).includes(won)) {
    centred(stage, text.won, 0.63, 24, palette[COLOURS[won] ?? 'near'], 8, rise);
  }
  if (arcade.sceneMs > 900) centred(stage, text.again, 0.8, 32, palette.near, 12, pulse(arcade.sceneMs - 900));
}

// src/render/arcade/hud.ts - score, wave, ripples, powers in the corners that the round field leaves free; the combo in
// its middle, where the eye already is.
import type { Arcade } from '../../game/arcade.ts';
import { HOME_RADIUS, TURN } from '../../game/field.ts';
import { powerMs } from '../../game/powers.ts';
import { comboOf, type World } from '../../game/world.ts';
import { addArc } from '../raster/strokes.ts';
import { grouped, putFigures, putWords } from './letters.ts';
import { palette } from './palette.ts';
import type { Rising } from './sparks.ts';
import type { Stage } from './stage.ts';
import { waveText, words } from './words.ts';

/** Space between the picture's edge and what stands in its corners. */
export function marginOf(stage: Stage): number {
  return Math.round(Math.max(6, 26 * Math.min(stage.width / 1280, stage.height / 720)));
}

function drawScore(stage: Stage, arcade: Arcade): void {
  const text = words[stage.language];
  const margin = marginOf(stage);
  const [big, small] = [stage.letters(44), stage.letters(17)];
  const { score } = arcade.world;
  putFigures(stage, grouped(score), margin, margin + big * 0.45, { size: big, colour: palette.text }, 'left');
  const best = `${text.best} ${grouped(Math.max(arcade.record.best, score))}`;
  const colour = score > arcade.record.best && arcade.record.best > 0 ? palette.coin : palette.muted;
  if (stage.width >= 300) putFigureWords(stage, best, margin, margin + big + small * 0.5, small, colour, 'left');
}

/** Words and a number on one line; the number may change every frame. */
function putFigureWords(
  stage: Stage,
  text: string,
  x: number,
  y: number,
  size: number,
  colour: string,
  align: 'left' | 'right',
): void {
  const space = text.lastIndexOf(' ');
  const [label, figures] = [text.slice(0, space), text.slice(space + 1)];
  const look = { size, colour };
  if (align === 'left') {
    putWords(stage, label, x, y, look, 'left');
    putFigures(stage, figures, x + stage.text.line(label, look).width + size * 0.35, y, look, 'left');
  } else {
    const width = putFigures(stage, figures, x, y, look, 'right');
    putWords(stage, label, x - width - size * 0.35, y, look, 'right');
  }
}

function drawWaveAndRipples(stage: Stage, world: World, ship: string): void {
  const margin = marginOf(stage);
  const size = stage.letters(26);
  const right = stage.width - margin;
  putWords(
    stage,
    waveText(stage.language, world.wave),
    right,
    margin + size * 0.5,
    { size, colour: palette.text },
    'right',
  );
  const step = stage.letters(26);
  const y = margin + size * 1.3 + step * 0.75;
  for (let index = 0; index < world.ripples; index++) {
    const x = right - step * (0.5 + 1.25 * index);
    for (const radius of [step * 0.5, step * 0.24]) {
      const brush = stage.brush({ colour: ship, core: 1.3, glow: 6, heat: 0.4 });
      if (brush !== undefined) addArc(stage.surface, { x, y, radius, from: Math.PI, to: TURN }, brush);
    }
  }
}

function drawPowers(stage: Stage, world: World): void {
  const margin = marginOf(stage);
  const size = stage.letters(18);
  let y = stage.height - margin - size * 0.5;
  for (const power of ['spread', 'rapid', 'twin'] as const) {
    const left = world.powers[power];
    if (left === 0) continue;
    const colour = left < 2_500 && Math.floor(left / 160) % 2 === 0 ? palette.muted : palette.coin;
    putWords(stage, words[stage.language].powers[power], margin, y, { size, colour }, 'left');
    const brush = stage.brush({ colour, core: 1.4, glow: 4, heat: 0.3 });
    const [x, radius] = [margin + size * 6.2, size * 0.42];
    const to = -TURN / 4 + TURN * (left / powerMs[power]);
    if (brush !== undefined) addArc(stage.surface, { x, y, radius, from: -TURN / 4, to }, brush);
    y -= size * 1.6;
  }
}

function drawCombo(stage: Stage, world: World, sinceComboMs: number): void {
  const combo = comboOf(world);
  if (combo < 2) {
    // Nobody on a streak: the product's mark, an n of two arcs.
    for (const radius of [HOME_RADIUS * 0.42, HOME_RADIUS * 0.2]) {
      const stroke = { colour: palette.near, core: 1.6, glow: 8, heat: 0.2 };
      stage.ringAt(0, HOME_RADIUS * 0.14, radius, stroke, 0.4, Math.PI, TURN);
    }
    return;
  }
  const pop = 1 + 0.35 * Math.max(0, 1 - sinceComboMs / 240);
  const size = Math.round(Math.max(9, HOME_RADIUS * 0.78 * stage.scale) * (Math.round(pop * 8) / 8));
  const colour = combo >= 7 ? palette.coin : combo >= 4 ? palette.near : palette.text;
  putFigures(
    stage,
    `x${combo}`,
    stage.x,
    stage.y,
    { size, colour, glow: Math.round(size * 0.16) },
    'middle',
    stage.gain,
  );
}

/** Points and words that rise from where they were won. */
export function drawRising(stage: Stage, rising: readonly Rising[]): void {
  for (const { x, y, leftMs, text, colour, kind } of rising) {
    const look = { size: stage.letters(kind === 'points' ? 17 : kind === 'near' ? 21 : 25), colour };
    const fade = Math.min(1, leftMs / 320) * stage.gain;
    const [px, py] = [stage.x + x * stage.scale, stage.y + y * stage.scale];
    if (kind === 'word') putWords(stage, text, px, py, { ...look, glow: 6 }, 'middle', fade);
    else putFigures(stage, text, px, py, look, 'middle', fade);
  }
}

/** Everything that counts in a run. */
export function drawHud(stage: Stage, arcade: Arcade, ship: string, sinceComboMs: number): void {
  drawScore(stage, arcade);
  drawWaveAndRipples(stage, arcade.world, ship);
  drawPowers(stage, arcade.world);
  drawCombo(stage, arcade.world, sinceComboMs);
}

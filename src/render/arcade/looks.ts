// src/render/arcade/looks.ts - the shapes of foes, ship and things to catch, as sprites: strokes drawn once for each of
// 48 directions, because adding a sprite costs a fifth of drawing its lines.

import { TURN } from '../../game/field.ts';
import type { Foe, FoeKind } from '../../game/foes.ts';
import type { PowerKind } from '../../game/powers.ts';
import { drawnSprite, type Sprite } from '../raster/sprite.ts';
import { addArc, addDot, addLine } from '../raster/strokes.ts';
import { foeColours, palette } from './palette.ts';
import type { Stage, Stroke } from './stage.ts';

const DIRECTIONS = 48;
const LARGER = 1.2; // The shapes below are given small and drawn so much larger; tuned by eye.
const ORIGIN: readonly [number, number] = [0, 0];

/** A shape: lines through points, rings and dots, in field units, with 'outwards' to the right. */
type Shape = {
  readonly paths?: readonly (readonly (readonly [number, number])[])[];
  readonly rings?: readonly { readonly x?: number; readonly y?: number; readonly radius: number }[];
  readonly dots?: readonly { readonly x: number; readonly y: number; readonly radius: number }[];
  /** Arcs around a place, `turn` and `half` in radians. */
  readonly arcs?: readonly { x: number; y: number; radius: number; turn: number; half: number }[];
};

const polygon = (corners: number, radius: number, turn = 0): [number, number][] =>
  Array.from({ length: corners + 1 }, (_, index) => {
    const angle = turn + (index / corners) * TURN;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });

const lossDots = (hits: number): Shape['dots'] =>
  Array.from({ length: hits }, (_, index) => {
    const angle = (index / 3) * TURN;
    return { x: 20 * Math.cos(angle), y: 20 * Math.sin(angle), radius: 5 };
  });

/** Shape of a foe; what takes several hits shows how many are left. */
function foeShape(kind: FoeKind, hits: number): Shape {
  switch (kind) {
    case 'ping':
      return { rings: [{ radius: 30 }], dots: [{ x: 0, y: 0, radius: 9 }] };
    case 'jitter':
      return {
        paths: [
          polygon(4, 40),
          [
            [-14, -7],
            [-4, 7],
            [4, -7],
            [14, 7],
          ],
        ],
      };
    case 'loss':
      return { paths: [polygon(6, 48)], dots: lossDots(hits) ?? [] };
    case 'spike':
      return {
        paths: [
          [
            [-46, 0],
            [30, -22],
            [16, 0],
            [30, 22],
            [-46, 0],
          ],
        ],
      };
    case 'gunner':
      return {
        paths: [
          [
            [-30, -26],
            [-30, 26],
          ],
          [
            [-6, -34],
            [-6, 34],
          ],
          [
            [18, -26],
            [18, 26],
          ],
        ],
        dots:
          hits > 1
            ? [
                { x: -18, y: 0, radius: 5 },
                { x: 6, y: 0, radius: 5 },
              ]
            : [],
      };
    case 'wall':
      return {}; // Drawn as arcs by the actors: it is as wide as its distance makes it.
  }
}

const SHIP: Shape = {
  paths: [
    [
      [52, 0],
      [-22, -36],
      [-6, 0],
      [-22, 36],
      [52, 0],
    ],
  ],
};

const upper = { turn: -TURN / 4, half: TURN / 4 };
const powerShapes: Readonly<Record<PowerKind, Shape>> = {
  spread: {
    paths: [0.6, 0, -0.6].map((turn) => [
      [0, 14],
      [24 * Math.sin(turn), 14 - 30 * Math.cos(turn)],
    ]),
  },
  rapid: {
    paths: [-8, 8].map((y) => [
      [-14, y + 8],
      [0, y - 6],
      [14, y + 8],
    ]),
  },
  twin: {
    dots: [
      { x: -12, y: 0, radius: 8 },
      { x: 12, y: 0, radius: 8 },
    ],
  },
  mend: {
    paths: [
      [
        [0, -14],
        [0, 14],
      ],
      [
        [-14, 0],
        [14, 0],
      ],
    ],
  },
  ripple: {
    arcs: [
      { x: 0, y: 12, radius: 12, ...upper },
      { x: 0, y: 12, radius: 26, ...upper },
    ],
  },
};

/** The sprites of one stage, made when first needed. */
export class Looks {
  readonly #stage: Stage;
  readonly #made = new Map<string, Sprite>();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** A foe turned towards the middle. */
  foe(foe: Foe): Sprite {
    const { kind, hits } = foe;
    const turns =
      kind === 'ping' ? 0 : foe.angle + (kind === 'jitter' ? foe.ageMs / 500 : kind === 'loss' ? foe.ageMs / 1_400 : 0);
    const stroke = { colour: foeColours[kind], core: 1.5, glow: 10, heat: 0.55 };
    return this.#turned(`${kind}${hits}`, turns, 60, stroke, () => foeShape(kind, hits));
  }

  /** The ship, nose outwards. */
  ship(colour: string, angle: number): Sprite {
    return this.#turned(`ship${colour}`, angle, 66, { colour, core: 2.1, glow: 13, heat: 0.9 }, () => SHIP);
  }

  /** A thing to catch: its sign in a golden ring, upright. */
  power(kind: PowerKind): Sprite {
    const shape = powerShapes[kind];
    const stroke = { colour: palette.coin, core: 1.6, glow: 9, heat: 0.6 };
    return this.#turned(`power${kind}`, 0, 62, stroke, () => ({ ...shape, rings: [{ radius: 42 }] }));
  }

  #turned(name: string, angle: number, reach: number, stroke: Stroke, shape: () => Shape): Sprite {
    const direction = ((Math.round((angle / TURN) * DIRECTIONS) % DIRECTIONS) + DIRECTIONS) % DIRECTIONS;
    const key = `${name}@${direction}`;
    let sprite = this.#made.get(key);
    if (sprite === undefined) {
      sprite = this.#draw(shape(), (direction / DIRECTIONS) * TURN, reach, stroke);
      this.#made.set(key, sprite);
    }
    return sprite;
  }

  #draw(shape: Shape, angle: number, reach: number, stroke: Stroke): Sprite {
    const scale = this.#stage.scale * LARGER;
    const gain = this.#stage.gain;
    this.#stage.gain = 1; // A sprite is made at full brightness, whatever the scene it is first needed in.
    const brush = this.#stage.brush(stroke);
    const soft = this.#stage.brush({ ...stroke, core: 0, glow: reach * 0.5, heat: 0 }, 0.3);
    const dots = (radius: number) => this.#stage.brush({ ...stroke, core: (radius * scale) / this.#stage.unit });
    this.#stage.gain = gain;
    const [cos, sin] = [Math.cos(angle) * scale, Math.sin(angle) * scale];
    return drawnSprite(reach * scale + (brush?.reach ?? 0), (surface, middle) => {
      if (brush === undefined) return;
      if (soft !== undefined) addDot(surface, middle, middle, soft);
      const at = (x: number, y: number): [number, number] => [middle + x * cos - y * sin, middle + x * sin + y * cos];
      for (const path of shape.paths ?? []) {
        for (let i = 1; i < path.length; i++) {
          const [a, b] = [path[i - 1] ?? ORIGIN, path[i] ?? ORIGIN];
          addLine(surface, ...at(...a), ...at(...b), brush);
        }
      }
      for (const { x = 0, y = 0, radius } of shape.rings ?? []) {
        const [cx, cy] = at(x, y);
        addArc(surface, { x: cx, y: cy, radius: radius * scale, from: 0, to: TURN }, brush);
      }
      for (const { x, y, radius, turn, half } of shape.arcs ?? []) {
        const [cx, cy] = at(x, y);
        addArc(surface, { x: cx, y: cy, radius: radius * scale, from: turn - half, to: turn + half }, brush);
      }
      for (const { x, y, radius } of shape.dots ?? []) {
        const dot = dots(radius);
        if (dot !== undefined) addDot(surface, ...at(x, y), dot);
      }
    });
  }
}

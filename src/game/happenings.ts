// src/game/happenings.ts - what happened in a step, for those who draw and sound it. The rules never read it.
import type { FoeKind } from './foes.ts';
import type { PowerKind } from './powers.ts';

/** A thing that can be seen or heard, at its place on the field. */
export type Happening =
  | { readonly kind: 'shot'; readonly angle: number }
  | { readonly kind: 'chip'; readonly angle: number; readonly radius: number }
  | {
      readonly kind: 'kill';
      readonly foe: FoeKind | 'orb' | 'plate';
      readonly angle: number;
      readonly radius: number;
      readonly points: number;
      /** 5 next to home .. 1 far out. */
      readonly worth: number;
    }
  | { readonly kind: 'leak'; readonly angle: number; readonly livesLeft: number }
  | { readonly kind: 'power'; readonly power: PowerKind; readonly angle: number }
  | { readonly kind: 'ripple' }
  | { readonly kind: 'gunner-shot'; readonly angle: number; readonly radius: number }
  | { readonly kind: 'dive'; readonly angle: number; readonly radius: number }
  | { readonly kind: 'wave'; readonly wave: number; readonly boss: boolean }
  | { readonly kind: 'clear'; readonly wave: number; readonly bonus: number }
  | { readonly kind: 'boss-down'; readonly angle: number; readonly radius: number; readonly points: number }
  | { readonly kind: 'combo'; readonly level: number }
  | { readonly kind: 'start' | 'pause' | 'resume' | 'over' | 'switch' };

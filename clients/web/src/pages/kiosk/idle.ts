// clients/web/src/pages/kiosk/idle.ts - whether anybody is there: since when no key, mouse, finger or gamepad moved, and what
// follows from the site's rule.

/** A site's rule (cafe-settings.ts). */
export type IdleRule = { readonly minutes: number; readonly graceSeconds: number };
/** What the seat shows. `leftS`: whole seconds until it locks. */
export type Presence =
  | { readonly kind: 'here' }
  | { readonly kind: 'asking'; readonly leftS: number }
  | { readonly kind: 'gone' };

/** Presence after so long without a touch. */
export function presenceAfter(untouchedMs: number, { minutes, graceSeconds }: IdleRule): Presence {
  const askedMs = untouchedMs - minutes * 60_000;
  if (askedMs < 0) return { kind: 'here' };
  const leftS = Math.ceil(graceSeconds - askedMs / 1_000);
  return leftS > 0 ? { kind: 'asking', leftS } : { kind: 'gone' };
}

type Pad = { readonly buttons: readonly { readonly pressed: boolean }[]; readonly axes: readonly number[] };

/** Gamepads as a text that changes when somebody plays: sticks that lie on a table tremble by less than a third. */
export const padsText = (pads: readonly (Pad | null)[]): string =>
  pads
    .flatMap((pad) => (pad === null ? [] : [pad]))
    .map(({ buttons, axes }) => [
      buttons.map(({ pressed }) => Number(pressed)).join(''),
      axes.map((axis) => Math.round(axis * 1.5)).join(),
    ])
    .join(';');

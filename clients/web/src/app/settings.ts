// clients/web/src/app/settings.ts - what a player set once and wants again: kept in this browser.
import { createStore } from '../player/store.ts';

/** Picture quality by name; the numbers are in `qualities`. */
export type Quality = 'auto' | 'saver' | 'balanced' | 'sharp';

/** Everything that is kept. */
export type Settings = {
  readonly quality: Quality;
  readonly mouseSpeed: number;
  readonly volume: number;
  readonly hud: 'off' | 'pill' | 'panel';
  /** See-through of the buttons drawn on the picture, 0..1; 0 hides them. */
  readonly padOpacity: number;
  readonly hideAddress: boolean;
};

/** Most kbit/s of each quality; `auto` leaves it to the node's rate control. */
export const qualities: Record<Quality, number | undefined> = {
  auto: undefined,
  saver: 2_500,
  balanced: 8_000,
  sharp: 20_000,
};

const STORE = 'nearcade.settings';
const DEFAULTS: Settings = {
  quality: 'auto',
  mouseSpeed: 1,
  volume: 1,
  hud: 'pill',
  padOpacity: 0.55,
  hideAddress: false,
};

function read(): Settings {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORE) ?? 'null');
    if (typeof stored !== 'object' || stored === null) return DEFAULTS;
    const of = (name: keyof Settings): unknown => Reflect.get(stored, name);
    const share = (name: 'volume' | 'padOpacity'): number => {
      const value = of(name);
      return typeof value === 'number' && value >= 0 && value <= 1 ? value : DEFAULTS[name];
    };
    const speed = of('mouseSpeed');
    const [quality, hud] = [of('quality'), of('hud')];
    return {
      quality: quality === 'saver' || quality === 'balanced' || quality === 'sharp' ? quality : 'auto',
      mouseSpeed: typeof speed === 'number' && speed >= 0.2 && speed <= 5 ? speed : 1,
      volume: share('volume'),
      padOpacity: share('padOpacity'),
      hud: hud === 'off' || hud === 'panel' ? hud : 'pill',
      hideAddress: of('hideAddress') === true,
    };
  } catch {
    return DEFAULTS;
  }
}

/** The settings of this browser. */
export const settings = createStore<Settings>(read());

/** Changes some of them, and keeps them. */
export function changeSettings(part: Partial<Settings>): void {
  const next = { ...settings.get(), ...part };
  localStorage.setItem(STORE, JSON.stringify(next));
  settings.set(next);
}

/** Speed of the relative mouse. */
export function mouseSpeed(): number {
  return settings.get().mouseSpeed;
}

// clients/web/src/app/look.ts - light or dark: what the visitor chose, or what fits the page (dark for play, the
// system's own for consoles).
import { createStore } from '../player/store.ts';

/** What a visitor can choose. */
export const looks = ['auto', 'dark', 'light'] as const;
/** One of them. */
export type Look = (typeof looks)[number];

const STORE = 'nearcade.look';
const kept = localStorage.getItem(STORE);

/** The choice. */
export const look = createStore<Look>(looks.find((name) => name === kept) ?? 'auto');

/** Chooses, and keeps it for later visits. */
export function chooseLook(next: Look): void {
  localStorage.setItem(STORE, next);
  look.set(next);
}

/** The scheme of a page. */
export function schemeFor(choice: Look, path: string, systemDark: boolean): 'dark' | 'light' {
  if (choice !== 'auto') return choice;
  const console = path.startsWith('/node') || path.startsWith('/account');
  return console && !systemDark ? 'light' : 'dark';
}

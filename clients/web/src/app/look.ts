// clients/web/src/app/look.ts - light or dark as the visitor chose it, kept in this browser.
import { createStore } from '../player/store.ts';
import { type Look, looks } from './scheme.ts';

const STORE = 'nearcade.look';
const kept = localStorage.getItem(STORE);

/** The choice. */
export const look = createStore<Look>(looks.find((name) => name === kept) ?? 'auto');

/** Chooses, and keeps it for later visits. */
export function chooseLook(next: Look): void {
  localStorage.setItem(STORE, next);
  look.set(next);
}

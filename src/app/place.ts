// src/app/place.ts - where somebody plays. A person has one running session; a café's account has one for each customer's tab.
// A tab also has saves of its own: who sits there next finds nothing of it.
import type { PlayerId } from '../base/ids.ts';
import type { Seals } from './ports.ts';

type Played = { readonly player: PlayerId; readonly place?: string | undefined };

/** What one running session is counted by: the account, or the tab on whose seat the page stands. */
export const placeOf = ({ player, place }: Played): string => place ?? player;

/** Whose saves a page gets: the account's own, or those of its tab, under a name that is no account. */
export function saverOf(seals: Seals, { player, place }: Played): PlayerId {
  return place === undefined ? player : (`0x${seals.digest(`saves of ${place}`).slice(0, 40)}` as PlayerId);
}

/** The place of a customer's tab. */
export const tabPlace = (cafe: string, tab: string): string => `${cafe}/${tab}`;

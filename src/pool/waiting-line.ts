// src/pool/waiting-line.ts - players who wait for a seat, first come first served, one place a player. Who loses the
// connection keeps the place for a while: the turn passes over them until they are back.
import type { GameId, PlayerId } from '../base/ids.ts';
import { bounds } from '../protocol/limits.ts';

/** A place in the line. `Wish` is what to start when the turn comes. */
export type Waiting<Wish> = {
  readonly player: PlayerId;
  readonly game: GameId;
  wish: Wish;
  /** When the place is given up; `undefined` while the player is connected. */
  awayUntilMs: number | undefined;
};

/** How long a place is kept for a player whose connection broke: a reload, a tunnel, a restart of the hub's peer. */
export const PLACE_KEPT_MS = 30_000;

/** The line, bounded; a full one refuses. */
export class WaitingLine<Wish> {
  readonly #places = new Map<PlayerId, Waiting<Wish>>();

  /** How many wait. */
  get length(): number {
    return this.#places.size;
  }

  /** Joins at the end, or keeps the place one has for the same game with the new wish. False when the line is full. */
  join(player: PlayerId, game: GameId, wish: Wish): boolean {
    const place = this.#places.get(player);
    if (place?.game === game) {
      place.wish = wish;
      place.awayUntilMs = undefined;
      return true;
    }
    if (place === undefined && this.#places.size >= bounds.queueMax) return false;
    this.#places.delete(player);
    this.#places.set(player, { player, game, wish, awayUntilMs: undefined });
    return true;
  }

  /** Gives the place up; returns it, or `undefined` when there was none. */
  leave(player: PlayerId): Waiting<Wish> | undefined {
    const place = this.#places.get(player);
    this.#places.delete(player);
    return place;
  }

  /** The place of a player. */
  find(player: PlayerId): Waiting<Wish> | undefined {
    return this.#places.get(player);
  }

  /** The connection of a player broke. */
  away(player: PlayerId, nowMs: number): void {
    const place = this.#places.get(player);
    if (place !== undefined) place.awayUntilMs = nowMs + PLACE_KEPT_MS;
  }

  /** Clears out the places whose owners stayed away. */
  expire(nowMs: number): void {
    for (const place of this.#places.values()) {
      if (place.awayUntilMs !== undefined && nowMs >= place.awayUntilMs) this.#places.delete(place.player);
    }
  }

  /** Everybody in order, with their place (from 1) among those who wait for the same game, and how many these are. */
  positions(): { readonly waiting: Waiting<Wish>; readonly position: number; readonly length: number }[] {
    const lengths = new Map<GameId, number>();
    const placed = [...this.#places.values()].map((waiting) => {
      const position = (lengths.get(waiting.game) ?? 0) + 1;
      lengths.set(waiting.game, position);
      return { waiting, position };
    });
    return placed.map(({ waiting, position }) => ({ waiting, position, length: lengths.get(waiting.game) ?? 0 }));
  }

  /** Connected players in order, at most the first of each game: whose turn it would be. */
  heads(): Waiting<Wish>[] {
    const games = new Set<GameId>();
    return [...this.#places.values()].filter(({ game, awayUntilMs }) => {
      if (awayUntilMs !== undefined || games.has(game)) return false;
      games.add(game);
      return true;
    });
  }
}

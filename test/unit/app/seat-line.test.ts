// Goal: a café's seat plays on its owner's account and leaves that owner's own place in the line alone. Method: the owner waits;
// a page on a seat of theirs comes and says 'leave'; then a page of their own does the same.
import { expect, test } from 'vitest';
import { type Hub, type HubConfig, type HubPorts, newHub, type QueuedPlay } from '../../../src/app/hub.ts';
import { leaveLine } from '../../../src/app/join-line.ts';
import { tabPlace } from '../../../src/app/place.ts';
import { playerCame } from '../../../src/app/player-here.ts';
import type { PlayerLink } from '../../../src/app/ports.ts';
import type { GameId, PlayerId } from '../../../src/base/ids.ts';

const player = `0x${'1'.repeat(40)}` as PlayerId;
const now = { nowMs: 1, wallMs: 1 };

/** A page that keeps what it was told. */
function page(place?: string) {
  const told: string[] = [];
  const link: PlayerLink = {
    ...{ player, place, address: '192.0.2.1' },
    send: ({ t }) => told.push(t),
    refuse: () => {},
    close: () => {},
  };
  return { link, told };
}

test('a page on a seat neither takes over nor gives up the place of its account', () => {
  const domain = { chainId: 0n, verifyingContract: `0x${'0'.repeat(40)}` as const };
  const hub: Hub = newHub({ domain, playMoney: true } as HubConfig, {} as HubPorts);
  const before = page();
  const message = { re: 'key-00000001' } as QueuedPlay['message'];
  hub.line.join(player, 'arcade' as GameId, { link: before.link, message } as QueuedPlay);

  const seat = page(tabPlace('f_1', 'b_1'));
  playerCame(hub, seat.link, now);
  leaveLine(hub, seat.link);
  expect(seat.told).toEqual(['welcome']);
  expect(hub.line.find(player)?.wish.link).toBe(before.link);

  const own = page();
  playerCame(hub, own.link, now);
  expect(own.told).toEqual(['welcome', 'queued']);
  expect(hub.line.find(player)?.wish.link).toBe(own.link);
  leaveLine(hub, own.link);
  expect(hub.line.find(player)).toBeUndefined();
});

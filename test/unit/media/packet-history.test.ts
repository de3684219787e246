// test/unit/media/packet-history.test.ts - goal: what was lost is sent again, soon, not twice within a round trip, not
// for ever.
import { describe, expect, test } from 'vitest';
import { HISTORY_PACKETS, PacketHistory } from '../../../src/media/packet-history.ts';

const packet = (mark: number) => Uint8Array.of(mark);

describe('resending', () => {
  test('a remembered packet comes back, an unknown number does not', () => {
    const history = new PacketHistory();
    history.add(7, packet(7), 0);
    expect(history.resend(7, 30, 20)).toEqual(packet(7));
    expect(history.resend(8, 30, 20)).toBeUndefined();
    expect(history.resend(7 + HISTORY_PACKETS, 30, 20)).toBeUndefined();
  });

  test('the same wish within a round trip is the same loss', () => {
    const history = new PacketHistory();
    history.add(7, packet(7), 0);
    expect(history.resend(7, 30, 40)).toBeDefined();
    expect(history.resend(7, 60, 40)).toBeUndefined();
    expect(history.resend(7, 70, 40)).toBeDefined();
    expect(history.resend(7, 200, 40)).toBeUndefined(); // Twice is enough.
  });

  test('without a known round trip a packet may go again after 10 ms', () => {
    const history = new PacketHistory();
    history.add(7, packet(7), 0);
    history.resend(7, 1, undefined);
    expect(history.resend(7, 10, undefined)).toBeUndefined();
    expect(history.resend(7, 11, undefined)).toBeDefined();
  });

  test('a second later it is too late', () => {
    const history = new PacketHistory();
    history.add(7, packet(7), 0);
    expect(history.resend(7, 1_001, 20)).toBeUndefined();
    expect(history.resend(7, 1_000, 20)).toBeDefined();
  });

  test('exactly the last 2,048 are remembered, over the wrap of the numbers', () => {
    const history = new PacketHistory();
    const first = 65_000;
    for (let i = 0; i < 3_000; i++) history.add((first + i) & 0xffff, packet(i & 0xff), 0);
    const kept = Array.from({ length: 3_000 }, (_, i) => history.resend((first + i) & 0xffff, 1, 1) !== undefined);
    expect(kept.lastIndexOf(false)).toBe(3_000 - 2_048 - 1);
    expect(kept.filter(Boolean)).toHaveLength(2_048);
  });

  test('a cleared history knows nothing', () => {
    const history = new PacketHistory();
    history.add(7, packet(7), 0);
    history.clear();
    expect(history.resend(7, 1, 1)).toBeUndefined();
  });
});

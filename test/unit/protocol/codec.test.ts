// Goal: only exact messages pass, and nothing a peer sends makes the decoder throw. Method: samples, then mutations.
import fc from 'fast-check';
import { Packr } from 'msgpackr';
import { expect, test } from 'vitest';
import { messageCodec } from '../../../src/protocol/codec.ts';
import { bounds } from '../../../src/protocol/limits.ts';
import { type HubToPlayer, hubToPlayer, type PlayerToHub, playerToHub } from '../../../src/protocol/player-messages.ts';
import { hasWholeText } from '../../../src/protocol/whole-text.ts';

const packr = new Packr({ useRecords: false });
const hubSide = messageCodec<PlayerToHub, HubToPlayer>(playerToHub);
const pageSide = messageCodec<HubToPlayer, PlayerToHub>(hubToPlayer);
const peer = `c_${'0'.repeat(26)}`;

test('a message goes there and back', () => {
  const sdp = { t: 'sdp', peer, kind: 'offer', sdp: 'v=0' } as PlayerToHub;
  expect(hubSide.decode(pageSide.encode(sdp))).toEqual({ ok: true, value: sdp });
});

test.each<[string, unknown, Record<string, string | number>]>([
  ['no t', { a: 1 }, { field: 't' }],
  ['unknown t', { t: 'steal' }, { field: 't' }],
  ['inherited t', { t: 'constructor' }, { field: 't' }],
  ['a list', [1, 2], { field: 't' }],
  ['nothing', null, { field: 't' }],
  ['unknown field', { t: 'ping', n: 1, extra: true }, { t: 'ping', field: '/extra' }],
  ['wrong type', { t: 'ping', n: '1' }, { t: 'ping', field: '/n' }],
  ['out of range', { t: 'ping', n: -1 }, { t: 'ping', field: '/n' }],
  ['too long', { t: 'sdp', peer, kind: 'offer', sdp: 'x'.repeat(bounds.sdpChars + 1) }, { t: 'sdp', field: '/sdp' }],
])('refused: %s', (_, message, facts) =>
  expect(hubSide.decode(packr.pack(message))).toEqual({ ok: false, error: { code: 'MESSAGE_MALFORMED', facts } }),
);

test('text that no store can keep is refused, wherever it stands; other text is not', () => {
  const sdp = (text: string) => hubSide.decode(packr.pack({ t: 'sdp', peer, kind: 'offer', sdp: text }));
  expect(sdp('a\0b')).toEqual({ ok: false, error: { code: 'MESSAGE_MALFORMED', facts: { t: 'sdp', field: 'text' } } });
  expect(sdp('v=0 \u{1f600} \u0001').ok).toBe(true);
  expect(hasWholeText({ a: [{ b: 'half \ud83d' }] })).toBe(false);
  expect(hasWholeText({ 'half \udc00': 1 })).toBe(false);
  expect(hasWholeText({ a: [{ b: 'whole \u{1f600}' }, null, 1, new Uint8Array(2)] })).toBe(true);
  let deep: unknown = 'x';
  for (let depth = 0; depth < 100_000; depth++) deep = [deep];
  expect(hasWholeText(deep)).toBe(true);
});

test('a message above the limit is refused before it is read', () =>
  expect(hubSide.decode(new Uint8Array(bounds.signalMessageBytes + 1))).toMatchObject({
    ok: false,
    error: { code: 'MESSAGE_TOO_LARGE' },
  }));

test('random bytes are refused, never thrown at', () =>
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(hubSide.decode(bytes).ok).toBe(false);
    }),
    { numRuns: 5_000 },
  ));

test('nested bombs and huge headers are refused', () => {
  expect(hubSide.decode(new Uint8Array(60_000).fill(0x91)).ok).toBe(false); // Lists in lists.
  expect(hubSide.decode(new Uint8Array([0xdd, 0xff, 0xff, 0xff, 0xff])).ok).toBe(false); // A list of 2^32 - 1.
  expect(hubSide.decode(new Uint8Array([0xdf, 0xff, 0xff, 0xff, 0xff])).ok).toBe(false); // A map of 2^32 - 1.
});

// test/unit/web/player/identity.test.ts - a seat signs by the consent that came with its ticket, and by no other.
import { afterEach, expect, test, vi } from 'vitest';
import { seatIdentity } from '../../../../clients/web/src/player/identity.ts';
import { joinKeys } from '../../../../src/protocol/session-keys.ts';
import {
  type Address,
  addressOf,
  type Hash32,
  privateKeyFrom,
  signDigest,
} from '../../../../src/protocol/typed-data.ts';
import { type Consent, toWire } from '../../../../src/protocol/voucher.ts';

const keyOf = (byte: number): Uint8Array => {
  const key = privateKeyFrom(new Uint8Array(32).fill(byte));
  if (key === undefined) throw new Error('no key');
  return key;
};
const device = keyOf(7);
const owner = addressOf(keyOf(9));
const NOW_MS = 1_800_000_000_000;
const digest = `0x${'11'.repeat(32)}` as const;
const consent: Consent = {
  payer: owner,
  sessionKey: addressOf(device),
  maxAmount: 100n,
  maxRate: 50n,
  validFrom: BigInt(NOW_MS / 1_000 - 60),
  validUntil: BigInt(NOW_MS / 1_000 + 600),
  nonce: 5n,
};

afterEach(() => vi.unstubAllGlobals());

function hubGives(changed: Partial<Consent> | undefined, player: Address = owner, keyProof?: readonly Hash32[]) {
  const proof = keyProof === undefined ? {} : { keyProof };
  const words = toWire({ ...consent, ...changed });
  const signed = { consent: words, consentSignature: signDigest(digest, keyOf(9)), ...proof };
  const body = { ticket: 'A'.repeat(43), player, ...(changed === undefined ? {} : signed) };
  const hub = vi.fn(async (..._asked: unknown[]) => new Response(JSON.stringify(body)));
  vi.stubGlobal('fetch', hub);
  return hub;
}
const agreed = async (rate: bigint) => {
  const seat = seatIdentity(device);
  expect(await seat.ticket()).toEqual({ ok: true, value: 'A'.repeat(43) });
  return seat.consent({ maxAmountWei: 0n, maxRateWeiPerHour: rate }, NOW_MS);
};

test('a seat asks for a ticket and signs with the key of its device', async () => {
  const hub = hubGives({});
  const held = await agreed(50n);
  expect(hub.mock.calls[0]?.[0]).toBe('/api/cafe-kiosk/ticket');
  expect(held.ok && held.value.consent).toEqual(consent);
  expect(held.ok && held.value.sign(digest)).toBe(signDigest(digest, device));
});

test.each<[string, Partial<Consent> | undefined, bigint]>([
  ['no consent', undefined, 50n],
  ["another device's consent", { sessionKey: addressOf(keyOf(8)) }, 50n],
  ["another payer's consent", { payer: addressOf(keyOf(8)) }, 50n],
  ['a consent that has ended', { validUntil: BigInt(NOW_MS / 1_000 - 1) }, 50n],
  ['a dearer node', {}, 51n],
])('%s signs nothing', async (_name, changed, rate) => {
  hubGives(changed);
  expect(await agreed(rate)).toEqual({ ok: false, error: { code: 'CONSENT_REQUIRED' } });
});

// Goal: a seat signs by a consent to many devices when it is one of them. Method: its own proof, and another device's.
test('a consent to many devices counts for this one by its proof', async () => {
  const [own, other] = [addressOf(device), addressOf(keyOf(8))];
  const { sessionKey, proofs } = joinKeys([own, other, addressOf(keyOf(6))]);
  hubGives({ sessionKey }, owner, proofs.get(own));
  const held = await agreed(50n);
  expect(held.ok && [held.value.key, held.value.keyProof]).toEqual([own, proofs.get(own)]);
  hubGives({ sessionKey }, owner, proofs.get(other));
  expect(await agreed(50n)).toEqual({ ok: false, error: { code: 'CONSENT_REQUIRED' } });
});

test('a refused consent is not used again', async () => {
  hubGives({});
  const seat = seatIdentity(device);
  await seat.ticket();
  expect(seat.held(50n, NOW_MS, 0)).toBeDefined();
  seat.refused();
  expect(seat.held(50n, NOW_MS, 0)).toBeUndefined();
});

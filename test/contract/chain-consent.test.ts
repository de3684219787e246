// Goal: what the hub starts under a consent, the contract opens; else the operator serves for nothing, and the player is thrown
// out of a game that it may play. Method: consents at the edge, real Opens on a real anvil, counted on both sides.
import { expect, test } from 'vitest';
import { present } from '../../src/base/assert.ts';
import { verifyReceipt } from '../../src/billing/verify-receipt.ts';
import { joinKeys } from '../../src/protocol/session-keys.ts';
import { DBC, HubSide, OPERATOR, type Person, PLAYER, person } from '../support/chain.ts';
import { chain, database, startChainWorld } from '../support/chain-world.ts';

startChainWorld();

async function sideWithCoins() {
  const hub = new HubSide(chain, database, { nodeSigns: false });
  await chain.call(PLAYER, 'deposit', [], 3_000n * DBC);
  await hub.turn(1_000);
  return hub;
}

const stateOf = async (lease: `0x${string}`) => (await chain.escrow.lease(lease)).state;

// An Open locks four hours, 200 DBC. The node signs no close, so the contract keeps the locks while the books are done.
test('what earlier sessions of a consent lock at the contract is not proposed again', async () => {
  const hub = await sideWithCoins();
  const terms = { maxAmount: 450n * DBC };
  const leases: `0x${string}`[] = [];
  for (const number of [1, 2, 3]) {
    const playing = await hub.open(number, 1n, PLAYER, terms);
    leases.push(playing.lease);
    await hub.turn(1_000);
    await hub.turn(1_000);
    await playing.end(60_000, 60_000);
  }
  await hub.turn(1_000);
  expect(await Promise.all(leases.map(stateOf))).toEqual(['open', 'open', 'open']);
  expect([...hub.ended]).toEqual([]);
  await expect(hub.open(4, 1n, PLAYER, terms)).rejects.toThrow('CONSENT_EXCEEDED');
  const fresh = await hub.open(5, 2n, PLAYER, terms); // The deposit is there: another consent may use it.
  await hub.turn(1_000);
  expect(await stateOf(fresh.lease)).toBe('open');
}, 60_000);

test('a consent that begins in a minute starts nothing: its Open would never be taken', async () => {
  const hub = await sideWithCoins();
  const nowS = BigInt(Math.floor(hub.wallMs / 1_000));
  await expect(hub.open(1, 1n, PLAYER, { validFrom: nowS + 50n })).rejects.toThrow('CONSENT_BAD');
  const now = await hub.open(2, 2n, PLAYER, { validFrom: nowS });
  await hub.turn(1_000);
  expect(await stateOf(now.lease)).toBe('open');
}, 60_000);

// Goal: a café signs once for all its seats; each device opens, pays and is settled by its own key, and what one of them has
// spoilt is not the others' loss. A key that the owner did not sign for is nobody's.
test('one consent speaks for the keys of many devices, each its own session, and for no other key', async () => {
  const hub = await sideWithCoins();
  const devices = [11, 12, 13].map(person);
  const { sessionKey, proofs } = joinKeys(devices.map(({ address }) => address));
  const terms = { sessionKey, maxAmount: 2_000n * DBC };
  const playOn = (number: number, device: Person, proofOf = device) =>
    hub.open(number, 1n, PLAYER, terms, { device, keyProof: proofs.get(proofOf.address) ?? [] });
  const playing = [];
  for (const [at, device] of devices.entries()) playing.push(await playOn(at + 1, device));
  await expect(playOn(4, person(14), devices[0])).rejects.toThrow('CONSENT_BAD');
  await expect(playOn(5, present(devices[0], 'a device'), devices[1])).rejects.toThrow('CONSENT_BAD');
  for (let turn = 0; turn < 3; turn++) await hub.turn(1_000);
  expect(await Promise.all(playing.map(({ lease }) => stateOf(lease)))).toEqual(['open', 'open', 'open']);
  expect([...hub.ended]).toEqual([]);
  await chain.pass(120);
  hub.nowMs += 120_000;
  const receipts = [];
  for (const { end } of playing) receipts.push(await end(60_000, 60_000));
  for (let turn = 0; turn < 3; turn++) await hub.turn();
  const earned = receipts.reduce((sum, { operatorWei }) => sum + BigInt(operatorWei), 0n);
  expect((await chain.account(OPERATOR.address)).earned).toBe(earned);
  expect(earned).toBeGreaterThan(0n);
  expect(
    receipts.map((receipt) =>
      verifyReceipt(receipt)
        .lines.filter(({ wrong }) => wrong)
        .map(({ id }) => id),
    ),
  ).toEqual([
    ['seal'], // The hub of this test seals nothing; all else is true.
    ['seal'],
    ['seal'],
  ]);
}, 60_000);

test('what the contract refused of one device stops that device, not the others', async () => {
  const hub = await sideWithCoins();
  const [one, two] = [person(11), person(12)];
  const { sessionKey, proofs } = joinKeys([one.address, two.address]);
  const playOn = (number: number, device: Person) => {
    const keyProof = proofs.get(device.address) ?? [];
    return hub.open(number, 1n, PLAYER, { sessionKey }, { device, keyProof });
  };
  await chain.asOwner('pause');
  const refused = await playOn(1, one);
  for (let turn = 0; turn < 3; turn++) await hub.turn(1_000);
  expect([...hub.ended]).toEqual([[refused.session, 'open-refused']]);
  await refused.end(5_000, 5_000, 'open-refused');
  await expect(playOn(2, one)).rejects.toThrow('CONSENT_BAD');
  await chain.asOwner('unpause');
  await expect(playOn(3, two)).resolves.toBeDefined();
}, 60_000);

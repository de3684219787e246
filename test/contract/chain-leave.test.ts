// Goal: nobody plays for nothing by closing at the contract. Method: the player's own `closeByPlayer` on a real anvil, a node
// that signs nothing, a batch that is not due; beside it the same session without the closing.
import { expect, test } from 'vitest';
import { closeType } from '../../src/protocol/settlement-data.ts';
import { signDigest, typedDataDigest } from '../../src/protocol/typed-data.ts';
import { consentDigest } from '../../src/protocol/voucher.ts';
import { checkBooks } from '../../src/storage/pg-ledger.ts';
import { DBC, HubSide, NODE, OPERATOR, OTHER, PLAYER, SESSION_KEY } from '../support/chain.ts';
import { chain, database, startChainWorld } from '../support/chain-world.ts';
import { fakeChain } from '../support/hub/fake-chain.ts';
import { FakeNode } from '../support/hub/fake-node.ts';
import { FakePlayer } from '../support/hub/fake-player.ts';
import { nodeToken, testHub } from '../support/hub/service.ts';

startChainWorld();

/** A session of two minutes, half of it after the closing, if there is one. */
async function twoMinutes(closes: boolean) {
  const hub = new HubSide(chain, database, { nodeSigns: false, settleEveryMs: 300_000 });
  const pass = async (seconds: number) => {
    await chain.pass(seconds);
    hub.nowMs += seconds * 1_000;
  };
  await chain.call(PLAYER, 'deposit', [], 100n * DBC);
  await hub.turn(1_000);
  const playing = await hub.open(1);
  await hub.turn(1_000); // Sends the open.
  await hub.turn(1_000); // Reads it.
  await pass(60);
  if (closes) await chain.call(PLAYER, 'closeByPlayer', [playing.lease, '0x']);
  await hub.turn(1_000);
  await pass(60);
  return { hub, pass, playing };
}

test('a player who closes at the contract and plays on is stopped, and what was served is paid before the release', async () => {
  const { hub, pass, playing } = await twoMinutes(true);
  expect([...hub.ended]).toEqual([[playing.session, 'closed-on-chain']]);
  const receipt = await playing.end(120_000, 120_000, 'closed-on-chain');
  expect(receipt.reason).toBe('closed-on-chain');
  await hub.turn(1_000); // Asks the node, which is away.
  await hub.turn(11_000); // Settles alone, long before the batch.
  expect((await chain.account(OPERATOR.address)).earned).toBe(BigInt(receipt.operatorWei));
  await hub.turn(1_000);
  await pass(600);
  await chain.call(PLAYER, 'expire', [playing.lease]);
  await hub.turn(1_000);
  await hub.turn(1_000);
  expect((await chain.account(PLAYER.address)).balance).toBe(100n * DBC - BigInt(receipt.costWei));
  expect(await hub.free(PLAYER)).toBe(100n * DBC - BigInt(receipt.costWei));
  expect(await checkBooks(database)).toEqual({ sumWei: 0n, wrong: [] });
}, 60_000);

test('a player who does not close plays on, and is settled with the others', async () => {
  const { hub, playing } = await twoMinutes(false);
  expect([...hub.ended]).toEqual([]);
  await playing.end(120_000, 120_000);
  await hub.turn(1_000);
  await hub.turn(11_000);
  expect((await chain.account(OPERATOR.address)).earned).toBe(0n);
}, 60_000);

// Goal: nobody plays on what the contract has closed. Method: the node's own word, sent by a third person in the middle of play.
test('play whose lease somebody closes at the contract ends, and is settled as the contract paid', async () => {
  const hub = new HubSide(chain, database);
  await chain.call(PLAYER, 'deposit', [], 100n * DBC);
  await hub.turn(1_000);
  const playing = await hub.open(1);
  for (let turn = 0; turn < 2; turn++) await hub.turn(1_000);
  const { lease, session } = playing;
  const last = { lease, seq: 0n, amount: 0n };
  const voucher = { lease, seq: 0n, servedMs: 0n, amount: 0n };
  const closeSignature = signDigest(typedDataDigest(chain.domain, closeType, last), NODE.key);
  await chain.call(OTHER, 'settle', [{ voucher, signature: '0x', closeSignature }]);
  await hub.turn(1_000);
  expect([...hub.ended]).toEqual([[session, 'closed-on-chain']]);
  await playing.end(20_000, 20_000, 'closed-on-chain');
  await hub.turn(1_000);
  expect(await hub.free(PLAYER)).toBe(100n * DBC);
  expect(await checkBooks(database)).toEqual({ sumWei: 0n, wrong: [] });
}, 60_000);

// Goal: whoever sees to it that the contract takes no session plays for nothing once, for some blocks. Method: a consent that its
// wallet revokes at the contract just before a session begins; beside it the same start under a consent that stands.
test('a session that the contract refuses ends, and its consent starts no other', async () => {
  const hub = new HubSide(chain, database);
  await chain.call(PLAYER, 'deposit', [], 1_000n * DBC);
  await hub.turn(1_000);
  hub.wallMs += 20_000; // The session begins after the revocation, as the contract's clock says.
  const revoked = await hub.open(1);
  await chain.call(PLAYER, 'revokeConsent', [consentDigest(chain.domain, revoked.command.consent)]);
  for (let turn = 0; turn < 3; turn++) await hub.turn(1_000);
  expect([...hub.ended]).toEqual([[revoked.session, 'open-refused']]);
  await revoked.end(5_000, 5_000, 'open-refused');
  for (let turn = 0; turn < 2; turn++) await hub.turn(1_000);
  await expect(hub.open(2)).rejects.toThrow('CONSENT_BAD');
  hub.ended.clear();
  const stands = await hub.open(3, 2n);
  await chain.pass(30);
  for (let turn = 0; turn < 3; turn++) await hub.turn(1_000);
  expect((await chain.escrow.lease(stands.lease)).state).toBe('open');
  expect([...hub.ended]).toEqual([]);
  const missed = () => database.query("select session from chain_done where how = 'missed'");
  expect(await missed()).toEqual([]);
  await chain.pass(700); // From here on no Open of it is taken: what was charged goes back.
  await chain.mine();
  await hub.turn(1_000);
  expect(await missed()).toEqual([{ session: revoked.session }]);
}, 60_000);

// Goal: what was served is not lost because the contract refused for a minute. Method: the guardian pauses it and ends that.
test('an Open that was refused for a passing reason is sent again as long as the contract takes one, and is paid', async () => {
  const hub = new HubSide(chain, database);
  await chain.call(PLAYER, 'deposit', [], 100n * DBC);
  await hub.turn(1_000);
  await chain.asOwner('pause');
  const playing = await hub.open(1);
  for (let turn = 0; turn < 3; turn++) await hub.turn(1_000);
  expect([...hub.ended]).toEqual([[playing.session, 'open-refused']]);
  const receipt = await playing.end(20_000, 20_000, 'open-refused');
  await hub.turn(1_000);
  await chain.asOwner('unpause');
  for (let turn = 0; turn < 6; turn++) await hub.turn();
  expect(await chain.escrow.lease(playing.lease)).toMatchObject({ state: 'closed', paidWei: BigInt(receipt.costWei) });
  expect(await hub.free(PLAYER)).toBe(100n * DBC - BigInt(receipt.costWei));
  await expect(hub.open(2)).resolves.toBeDefined(); // Its consent may start again.
}, 60_000);

// Goal: sending a stranger's Open first must not shut that stranger out. Method: ours reverts with LeaseExists.
test('an Open that somebody else sent first is no refusal: it plays on, and its consent starts another', async () => {
  const hub = new HubSide(chain, database, { confirmations: 3 });
  await chain.call(PLAYER, 'deposit', [], 900n * DBC);
  await chain.mine(3);
  await hub.turn(1_000);
  const { command, open, lease } = await hub.open(1);
  const { consent, consentSignature } = command;
  await chain.call(OTHER, 'open', [consent, consentSignature, open, signDigest(lease, SESSION_KEY.key), []]);
  await hub.turn(1_000); // Sends it too, since the block of the other one does not count yet.
  await chain.mine(3);
  for (let turn = 0; turn < 2; turn++) await hub.turn(1_000);
  expect(await hub.store.stateOf([`open/${lease}`])).toEqual(new Map([[`open/${lease}`, 'failed']]));
  expect([...hub.ended]).toEqual([]);
  await expect(hub.open(2)).resolves.toBeDefined();
}, 60_000);

test('a session whose Open no block takes in time ends', async () => {
  const hub = new HubSide(chain, database);
  await chain.call(PLAYER, 'deposit', [], 100n * DBC);
  await hub.turn(1_000);
  const { session } = await hub.open(1);
  await chain.automine(false);
  await hub.turn(1_000); // Sends the open, which stays without a block.
  const drop = async () => {
    for (const { hash } of await hub.store.waiting()) await chain.rpc('anvil_dropTransaction', hash);
  };
  await drop();
  await chain.pass(610);
  await chain.mine();
  await hub.turn(1_000);
  expect([...hub.ended]).toEqual([]); // It may have landed in its last second.
  await drop();
  await chain.pass(300);
  await chain.mine();
  await hub.turn(1_000);
  expect([...hub.ended]).toEqual([[session, 'open-refused']]);
}, 60_000);

test('the page of such a player is told why it ends, and gets its receipt', async () => {
  const { part, strings } = fakeChain();
  const hub = await testHub({ chain: part });
  const node = await new FakeNode(hub.url, { token: await nodeToken(hub) }).joined();
  const page = await new FakePlayer(hub.url).connect();
  const { session } = await page.play();
  strings.endPlay(session, 'closed-on-chain');
  expect((await node.talk.next('end')).reason).toBe('closed-on-chain');
  expect(await page.next('ended')).toEqual({ t: 'ended', session, reason: 'closed-on-chain', receipt: true });
  strings.endPlay(session, 'closed-on-chain'); // Said again until the books are read: it ends once.
  node.stop();
  expect(hub.faults).toEqual([]);
  await hub.remove();
}, 30_000);

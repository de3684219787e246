// Goal: a node keeps what it needs to be paid alone, and gives a hub no signature that costs its operator anything. Method: a
// real claims folder, a hub that asks for the right and for every wrong thing.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { ChainSigner } from '../../../src/agent/chain-signer.ts';
import { openClaims } from '../../../src/agent/claims.ts';
import { openJournal } from '../../../src/agent/journal.ts';
import { openMachineKey } from '../../../src/agent/machine-key.ts';
import { proposeOpen } from '../../../src/app/money/opening.ts';
import type { LeaseId } from '../../../src/base/ids.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { silentLog } from '../../../src/observe/log.ts';
import type { HubToNode, NodeToHub } from '../../../src/protocol/node-messages.ts';
import { bindType, closeType } from '../../../src/protocol/settlement-data.ts';
import { recoverSigner, typedDataDigest } from '../../../src/protocol/typed-data.ts';
import { openDigest, toWire } from '../../../src/protocol/voucher.ts';
import { address, domain, openCommand, sign, WALL_MS } from '../../support/money.ts';

const folder = mkdtempSync(join(tmpdir(), 'nc-claims-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const key = openMachineKey(folder, seededRandom(1));
const command = openCommand();
const proposed = proposeOpen(command, {
  domain,
  lockedWei: 0n,
  lockMs: 3_600_000,
  wallMs: WALL_MS,
  random: seededRandom(2),
});
if (!proposed.ok) throw new Error('an open is proposed');
const { open, session } = proposed.value;
const lease = openDigest(domain, open);
const openSignature = sign(lease, command.consent.sessionKey);
const keyProof = [`0x${'4a'.repeat(32)}` as const, `0x${'5b'.repeat(32)}` as const];
const start = {
  t: 'start',
  session,
  consent: toWire(command.consent),
  consentSignature: command.consentSignature,
  keyProof,
  open: toWire(open),
  lease: lease as string as LeaseId,
} as Extract<HubToNode, { t: 'start' }>;
const voucher = { lease, seq: 4n, servedMs: 20_000n, amount: 277_777_777_777_777_000n };
const signature = sign(lease, command.consent.sessionKey);

let said: NodeToHub[] = [];
const claims = openClaims(join(folder, 'claims'));
const journal = openJournal(join(folder, 'journal'));
const signer = () => new ChainSigner({ key, claims, journal, send: (message) => said.push(message), log: silentLog });
const ask = (seq: bigint, amount: bigint) =>
  ({ t: 'close.ask', session, lease: start.lease, seq: `${seq}`, amount: `${amount}` }) as const;

beforeEach(() => {
  said = [];
});

test('a claim outlives the journal, with its highest voucher', async () => {
  const one = signer();
  one.starts(start, domain);
  await one.opened(session, openSignature);
  await journal.keep({ t: 'voucher', session, voucher: toWire(voucher), signature });
  await one.ended(session);
  await journal.forget(session);
  const claim = { session, domain, lease, consent: command.consent, consentSignature: command.consentSignature, open };

  const whole = { ...claim, keyProof, openSignature, highest: { voucher, signature } };
  expect(await openClaims(join(folder, 'claims')).all()).toEqual([whole]);
  writeFileSync(join(folder, 'claims', 's_broken.json'), 'torn');
  expect(await claims.all()).toHaveLength(1);
});

test('a session by the name of an earlier one takes nothing from its claim, and is told not to be served', async () => {
  const before = await claims.find(session);
  expect(before?.highest).toBeDefined();
  const one = signer();
  const later = { ...open, nonce: open.nonce + 1n };
  const again = openDigest(domain, later);
  one.starts({ ...start, open: toWire(later), lease: again as string as LeaseId }, domain);
  expect(await one.opened(session, sign(again, command.consent.sessionKey))).toBe('named-before');
  one.starts(start, domain);
  expect(await one.opened(session, openSignature)).toMatchObject({ lease });
  expect(await claims.find(session)).toEqual(before);
});

test('it signs the end of a lease that pays all it holds, and of none that pays less', async () => {
  await signer().close(ask(4n, voucher.amount));
  await signer().close(ask(3n, voucher.amount));
  await signer().close(ask(5n, voucher.amount - 1_000n));
  await signer().close({ ...ask(4n, voucher.amount), lease: `0x${'11'.repeat(32)}` as LeaseId });
  expect(said).toHaveLength(1);
  const [word] = said;
  if (word?.t !== 'close.signed') throw new Error('a close is signed');
  const digest = typedDataDigest(domain, closeType, { lease, seq: 4n, amount: voucher.amount });
  expect(recoverSigner(digest, word.signature)).toBe(key.address);
});

test('it signs for one operator only, and never for play money', async () => {
  const [own, thief] = [address(0xfeed), address(0xbad)];
  const one = signer();
  await one.bind({ t: 'bind.ask', operator: own, nonce: '0' }, domain);
  await one.bind({ t: 'bind.ask', operator: thief, nonce: '0' }, domain);
  await one.bind({ t: 'bind.ask', operator: own, nonce: '1' }, { ...domain, chainId: 0n });
  expect(said).toHaveLength(1);
  const [word] = said;
  if (word?.t !== 'bind.signed') throw new Error('a binding is signed');
  const digest = typedDataDigest(domain, bindType, { node: key.address, operator: own, nonce: 0n });
  expect(recoverSigner(digest, word.signature)).toBe(key.address);
});

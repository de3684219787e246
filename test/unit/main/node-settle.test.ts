// Goal: whoever settles alone is never told that there was nothing, while money lies there or the folder is another one.
// And a lease that is being played is not closed, which would end the pay. Method: folders as a node leaves them; nothing is
// asked of a chain.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openClaims } from '../../../src/agent/claims.ts';
import { openJournal } from '../../../src/agent/journal.ts';
import { openMachineKey } from '../../../src/agent/machine-key.ts';
import { writeMark } from '../../../src/agent/process-mark.ts';
import { LOCK_FILE } from '../../../src/agent/start-agent.ts';
import { ownClaims, runNodeSettle } from '../../../src/main/node-settle.ts';
import { systemRandom } from '../../../src/observe/clock.ts';
import { closeType } from '../../../src/protocol/settlement-data.ts';
import { recoverSigner, typedDataDigest } from '../../../src/protocol/typed-data.ts';
import { domain, Player } from '../../support/agent/player.ts';

const base = mkdtempSync(join(tmpdir(), 'nearcade-settle-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

async function settle(data: string): Promise<{ code: number; said: string[] }> {
  const said: string[] = [];
  const wish = { data, chain: 'dev', chainRpc: ['http://127.0.0.1:9'], chainKey: `0x${'11'.repeat(32)}` } as const;
  return { code: await runNodeSettle(wish, (line) => said.push(line)), said };
}

test('a folder of no node is refused and left as it was', async () => {
  const data = join(base, 'nobody');
  await expect(settle(data)).rejects.toThrow(`no node has kept anything in ${data}`);
  expect(existsSync(data)).toBe(false);
});

test('a node without claims is told so; a claim that cannot be read is named', async () => {
  const data = join(base, 'node');
  mkdirSync(data);
  openMachineKey(data, systemRandom);
  const nothing = `nothing that could be settled is kept in ${join(data, 'claims')}`;
  expect(await settle(data)).toEqual({ code: 0, said: [nothing] });
  const file = join(data, 'claims', `s_${'a'.repeat(26)}.json`);
  writeFileSync(file, '{"lease":"of another version"}');
  expect(await settle(data)).toEqual({
    code: 1,
    said: [`${file} cannot be read: use the version that wrote it`, nothing],
  });
});

test('while a node runs, what its journal has no end of is settled as far as it is signed, and not closed', async () => {
  const data = join(base, 'running');
  mkdirSync(data);
  const key = openMachineKey(data, systemRandom);
  const claims = openClaims(join(data, 'claims'));
  const journal = openJournal(join(data, 'journal'));
  const [playing, ended] = [new Player(key.address), new Player(key.address)];
  for (const player of [playing, ended]) {
    const { session, consent, open, lease } = player;
    const { signature: openSignature } = player.signedOpen();
    const { consentSignature } = player.start();
    await claims.keep({ session, domain, lease, consent, consentSignature, open, openSignature });
    await journal.keep({ ...player.voucher(10_000), session });
  }
  await journal.keep({ t: 'ended', session: ended.session, reason: 'player-left', goodMs: 10_000 });
  const closers = async () => {
    const own = [...(await ownClaims(data)).byContract.values()].flat();
    return own.map(({ lease, highest, closeSignature }) => {
      expect(highest?.voucher).toMatchObject({ lease, seq: 1n, servedMs: 10_000n });
      const close = { lease, seq: 1n, amount: highest?.voucher.amount ?? 0n };
      const signer = closeSignature && recoverSigner(typedDataDigest(domain, closeType, close), closeSignature);
      return [lease, signer];
    });
  };
  writeMark(join(data, LOCK_FILE), process.pid);
  expect(Object.fromEntries(await closers())).toEqual({ [playing.lease]: undefined, [ended.lease]: key.address });
  rmSync(join(data, LOCK_FILE)); // Its node is gone: nobody plays on it any more.
  expect((await closers()).map(([, signer]) => signer)).toEqual([key.address, key.address]);
});

// Goal: an act that is answered as done is done, also the part that no database holds. Method: the store of memory, and a disk that
// fails once while secrets and saves are changed.
import { expect, test } from 'vitest';
import { doAct } from '../../../../src/app/admin/desk.ts';
import type { DeskParts } from '../../../../src/app/admin/ports.ts';
import { OutageError } from '../../../../src/base/assert.ts';
import type { IdempotencyKey, PlayerId } from '../../../../src/base/ids.ts';
import type { AdminAct } from '../../../../src/protocol/admin-api.ts';
import { memoryAdmin, memoryBooks } from '../../../../src/storage/memory-books.ts';
import { MemoryMoneyStore } from '../../../../src/storage/memory-money-store.ts';

const now = { nowMs: 1_000, wallMs: 1_790_000_000_000 };
const player = `0x${'ab'.repeat(20)}` as string as PlayerId;

/** A desk whose disk fails as often as `faults` says; `did` counts what reached it. */
function deskWith(faults: number) {
  const money = new MemoryMoneyStore('PLAY');
  const did: string[] = [];
  let left = faults;
  const disk = async (what: string): Promise<number> => {
    if (left-- > 0) throw new OutageError('the disk is full');
    return did.push(what);
  };
  const parts: DeskParts = {
    ...{ money, admin: memoryAdmin(money), books: memoryBooks(money), currency: 'PLAY' },
    nodes: { find: async () => undefined, ofOperator: async () => [] },
    secrets: { rotate: (secret) => disk(`rotate ${secret}`) },
    saves: { erase: (whose) => disk(`erase ${whose}`) },
  };
  const act = (what: AdminAct) =>
    doAct(parts, 'local:test', { key: 'key-outside-1' as IdempotencyKey, reason: 'for a test', act: what }, now);
  return { act, did };
}

test.each<[AdminAct, string]>([
  [{ t: 'erase', player }, `erase ${player}`],
  [{ t: 'rotate', secret: 'relay' }, 'rotate relay'],
])('what a fault of the disk cut off is finished by asking again, once: %j', async (what, wanted) => {
  const { act, did } = deskWith(1);
  await expect(act(what)).rejects.toThrow(OutageError);
  expect((await act(what)).ok).toBe(true);
  expect((await act(what)).ok).toBe(true);
  expect(did).toEqual([wanted]);
  const sound = deskWith(0);
  for (let time = 0; time < 3; time++) await sound.act(what);
  expect(sound.did).toEqual([wanted]);
});

// src/app/cafe/create-cafe.ts - a new site: its settings, and the caller as its owner. The id follows from wallet and key, so
// that a repeat finds the café it made.
import type { CafeId, PlayerId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { settingsFault } from '../../cafe/settings-check.ts';
import type { CafeSettings } from '../../protocol/cafe-settings.ts';
import { type Refusal, refusal } from '../../protocol/error-codes.ts';
import type { Cafes } from './cafes.ts';
import { Draft } from './draft.ts';
import { applyWrite, emptyCafe } from './state.ts';

/** Sites that one wallet pays for. Where others made it work counts for nothing: anybody may give anybody a role. */
const CAFES_MAX = 50;

/** Makes a café, or says which one this key made. Refuses SETTINGS_BAD, LIMIT_REACHED, IDEMPOTENCY_MISMATCH. */
export async function createCafe(
  cafes: Cafes,
  { owner, key, settings }: { owner: PlayerId; key: string; settings: CafeSettings },
  nowMs: number,
): Promise<Result<CafeId, Refusal>> {
  const { store, seals } = cafes.parts;
  const id = `f_${seals.digest(`cafe ${owner} ${key}`).slice(0, 26)}` as CafeId;
  const request = JSON.stringify(['create', settings]);
  const before = async (): Promise<Result<CafeId, Refusal> | undefined> => {
    const done = await store.done(id, key);
    return done && (done.request === request ? ok(id) : err(refusal('IDEMPOTENCY_MISMATCH')));
  };
  const known = await before();
  if (known !== undefined) return known;
  const fault = settingsFault(settings);
  if (fault !== undefined) return err(fault);
  if ((await store.paidBy(owner)) >= CAFES_MAX) return err(refusal('LIMIT_REACHED', { limit: CAFES_MAX }));
  const actor = { kind: 'staff', wallet: owner, role: 'owner' } as const;
  const empty = emptyCafe(id);
  const draft = new Draft(empty, cafes.contextOf(actor, nowMs));
  draft.put('settings', '1', settings);
  draft.settingsVersion = 1;
  draft.put('staff', owner, { wallet: owner, role: 'owner', pays: true });
  const write = draft.toWrite('create', key, request, '{}');
  // Asked twice at once: the first to be written has made it.
  if ((await store.write(id, write)) === 'stale') return (await before()) ?? err(refusal('IDEMPOTENCY_MISMATCH'));
  const live = { t: 'seats', from: 0, rev: 1, nowMs, seats: [], gone: [] } as const;
  cafes.changed({
    cafe: applyWrite(empty, write),
    before: empty,
    act: 'create',
    answer: '{}',
    live: { ...live, seats: [], gone: [] },
  });
  return ok(id);
}

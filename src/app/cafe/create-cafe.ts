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

/** Sites of one owner. */
const CAFES_MAX = 50;

/** Makes a café, or says which one this key made. Refuses SETTINGS_BAD, LIMIT_REACHED, IDEMPOTENCY_MISMATCH. */
export async function createCafe(
  cafes: Cafes,
  { owner, key, settings }: { owner: PlayerId; key: string; settings: CafeSettings },
  nowMs: number,
): Promise<Result<CafeId, Refusal>> {
  const { store, seals, random } = cafes.parts;
  const id = `f_${seals.digest(`cafe ${owner} ${key}`).slice(0, 26)}` as CafeId;
  const request = JSON.stringify(['create', settings]);
  const done = await store.done(id, key);
  if (done !== undefined) return done.request === request ? ok(id) : err(refusal('IDEMPOTENCY_MISMATCH'));
  const fault = settingsFault(settings);
  if (fault !== undefined) return err(fault);
  if ((await store.of(owner)).length >= CAFES_MAX) return err(refusal('LIMIT_REACHED', { limit: CAFES_MAX }));
  const actor = { kind: 'staff', wallet: owner, role: 'owner' } as const;
  const empty = emptyCafe(id);
  // The settings stand at version 1 before anything asks for them.
  const born = { ...empty, settingsVersion: 1, things: { ...empty.things, settings: new Map([['1', settings]]) } };
  const draft = new Draft(born, { actor, nowMs, random, seals, waitingDevice: () => undefined });
  draft.put('settings', '1', settings);
  draft.put('staff', owner, { wallet: owner, role: 'owner', pays: true });
  const write = draft.toWrite('create', key, request, '{}');
  if ((await store.write(id, write)) === 'stale') return err(refusal('IDEMPOTENCY_MISMATCH'));
  const live = { t: 'seats', from: 0, rev: 1, nowMs, seats: [], gone: [] } as const;
  cafes.changed({
    cafe: applyWrite(empty, write),
    act: 'create',
    answer: '{}',
    live: { ...live, seats: [], gone: [] },
  });
  return ok(id);
}

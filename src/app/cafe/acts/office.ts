// src/app/cafe/acts/office.ts - what owners set: settings, staff, keys for programs, calls to programs.
import { err, ok } from '../../../base/result.ts';
import { settingsFault } from '../../../cafe/settings-check.ts';
import { cafeActs, hubActs } from '../../../protocol/cafe-acts.ts';
import { refusal } from '../../../protocol/error-codes.ts';
import type { Act } from '../act.ts';
import type { Draft } from '../draft.ts';
import { endSeat } from '../seat-end.ts';

/** Answers `settings`. Zones that have seats, and groups that have members, stay. */
export const changeSettings: Act<'settings'> = (draft, { version, settings }) => {
  if (version !== draft.settingsVersion) return err(refusal('STALE_VERSION', { haveVersion: draft.settingsVersion }));
  const fault = settingsFault(settings);
  if (fault !== undefined) return err(fault);
  const zones = new Set(settings.zones.map(({ id }) => id));
  const homeless = draft.all('seat').find(({ zone }) => !zones.has(zone));
  if (homeless !== undefined) return err(refusal('SETTINGS_BAD', { field: `zones: seat ${homeless.seat}` }));
  const groups = new Set(['guest', ...settings.groups.map(({ id }) => id)]);
  const lost = draft.all('member').find(({ group }) => !groups.has(group));
  if (lost !== undefined) return err(refusal('SETTINGS_BAD', { field: `groups: ${lost.group}` }));
  draft.put('settings', String(version + 1), settings);
  draft.settingsVersion = version + 1;
  // Versions that no tab counts by any more leave the café; the store keeps them.
  const used = new Set(draft.all('tab').map(({ prices }) => String(prices)));
  for (const [old, kept] of draft.cafe.things.settings) if (!used.has(old)) draft.put('settings', old, kept, false);
  keepDeadlines(draft);
  return ok(undefined);
};

/** Curfew and holidays that were changed count for those who play: from now on, never back. */
function keepDeadlines(draft: Draft): void {
  for (const seat of draft.all('seat')) {
    const { state, untilMs } = seat;
    if (state !== 'in-use' || (untilMs !== undefined && untilMs <= draft.nowMs)) continue; // It is over already.
    const end = endSeat(draft, seat);
    const next = end && Math.max(end, draft.nowMs);
    if (next !== untilMs) draft.put('seat', seat.seat, { ...seat, untilMs: next });
  }
}

/** Answers `staff`. */
export const changeStaff: Act<'staff'> = (draft, { wallet, role, name, reason }) => {
  const known = draft.get('staff', wallet);
  if (role === null && known === undefined) return err(refusal('NOT_FOUND'));
  const room = known === undefined ? draft.room('staff') : ok(undefined);
  if (!room.ok) return room;
  const owners = draft.all('staff').filter((one) => one.role === 'owner' && one.wallet !== wallet);
  if (role !== 'owner' && owners.length === 0) return err(refusal('LAST_OWNER'));
  // Nobody makes another wallet pay: who becomes an owner pays once it has signed consents itself.
  const pays = role === 'owner' && known?.pays === true ? ({ pays: true } as const) : {};
  const called = name ?? known?.name;
  const named = called === undefined ? {} : { name: called };
  draft.put('staff', wallet, { wallet, role: role ?? known?.role ?? 'auditor', ...named, ...pays }, role !== null);
  draft.about = `${called ?? wallet} ${role ?? 'out'}`;
  draft.reason = reason;
  return ok(undefined);
};

/** Answers `api-keys.add`. */
export const addApiKey: Act<'api-keys.add'> = (draft, { id, role }) => {
  if (draft.get('api-key', id) !== undefined) return err(refusal('ID_TAKEN'));
  const room = draft.room('api-key');
  if (!room.ok) return room;
  if (role === 'owner') return err(refusal('FORBIDDEN')); // A program never holds the power over staff and keys.
  const secret = draft.newId<string>('nck');
  draft.put('api-key', id, { id, role, tokenHash: draft.context.seals.digest(secret) });
  draft.secret = secret;
  draft.about = id;
  return ok(undefined);
};

/** Answers `api-keys.remove`. */
export const removeApiKey: Act<'api-keys.remove'> = (draft, { id, reason }) => {
  const known = draft.get('api-key', id);
  if (known === undefined) return err(refusal('NOT_FOUND'));
  draft.put('api-key', id, known, false);
  draft.about = id;
  draft.reason = reason;
  return ok(undefined);
};

/** The secret that signs a webhook's calls; it follows from the hub's key and is kept nowhere. */
export const webhookSecret = (seals: { seal(text: string): string }, cafe: string, id: string, salt: string): string =>
  seals.seal(`cafe-webhook ${cafe} ${id} ${salt}`);

/** Names that a webhook may ask for: one with a slip in it would wait for ever. */
const actNames: ReadonlySet<string> = new Set(['*', ...Object.keys(cafeActs), ...hubActs]);

/** Answers `webhooks.add`. */
export const addWebhook: Act<'webhooks.add'> = (draft, { id, url, acts }) => {
  if (draft.get('webhook', id) !== undefined) return err(refusal('ID_TAKEN'));
  const room = draft.room('webhook');
  if (!room.ok) return room;
  const odd = acts.findIndex((name) => !actNames.has(name));
  if (odd >= 0) return err(refusal('MESSAGE_MALFORMED', { field: `/acts/${odd}` }));
  if (!draft.context.mayCall(url)) return err(refusal('HOOK_ADDRESS_BAD'));
  const salt = draft.newId<string>('w');
  draft.put('webhook', id, { id, url, acts, salt });
  draft.secret = webhookSecret(draft.context.seals, draft.cafe.id, id, salt);
  draft.about = id;
  return ok(undefined);
};

/** Answers `webhooks.remove`. */
export const removeWebhook: Act<'webhooks.remove'> = (draft, { id, reason }) => {
  const known = draft.get('webhook', id);
  if (known === undefined) return err(refusal('NOT_FOUND'));
  draft.put('webhook', id, known, false);
  draft.about = id;
  draft.reason = reason;
  return ok(undefined);
};

// src/app/cafe/acts/members.ts - members, and money onto their wallets.
import type { MemberId } from '../../../base/ids.ts';
import { err, ok, type Result } from '../../../base/result.ts';
import { mayDo } from '../../../cafe/roles.ts';
import type { CafeActBody } from '../../../protocol/cafe-acts.ts';
import type { CafeReceipt } from '../../../protocol/cafe-things.ts';
import { type Refusal, refusal } from '../../../protocol/error-codes.ts';
import type { Act } from '../act.ts';
import { counterTotal, paidLines, remember, take } from '../counter.ts';
import type { Draft } from '../draft.ts';
import type { Member } from '../state.ts';

/** Keyed hash of a PIN: the same PIN of two members has two. */
export const pinHash = (draft: Draft, member: MemberId, pin: string): string =>
  draft.context.seals.seal(`cafe-pin ${draft.cafe.id} ${member} ${pin}`);

type Card = Pick<CafeActBody<'members.edit'>, 'name' | 'group' | 'ageBand' | 'pin' | 'note'>;

function cardOf(draft: Draft, member: MemberId, card: Card): Result<Partial<Member>, Refusal> {
  const { name, group, ageBand, pin, note } = card;
  const { groups, ageBands } = draft.settings;
  if (group !== 'guest' && !groups.some(({ id }) => id === group))
    return err(refusal('SETTINGS_BAD', { field: 'group' }));
  if (ageBand !== undefined && !ageBands.some(({ id }) => id === ageBand)) {
    return err(refusal('SETTINGS_BAD', { field: 'ageBand' }));
  }
  return ok({ name, group, ageBand, note, ...(pin === undefined ? {} : { pinHash: pinHash(draft, member, pin) }) });
}

/** Answers `members.add`. */
export const addMember: Act<'members.add'> = (draft, body) => {
  const room = draft.room('member');
  if (!room.ok) return room;
  const member = draft.newId<MemberId>('m');
  const card = cardOf(draft, member, body);
  if (!card.ok) return card;
  const number = draft.all('member').reduce((most, other) => Math.max(most, other.number), 0) + 1;
  const fresh = {
    member,
    number,
    version: 1,
    name: body.name,
    group: body.group,
    ageBand: undefined,
    pinHash: undefined,
  };
  draft.put('member', member, { ...fresh, note: undefined, ...card.value, realMinor: 0n, bonusMinor: 0n });
  draft.about = `member ${number} ${body.name}`;
  return ok(undefined);
};

/** Answers `members.edit`; without a `pin` the old one stays. */
export const editMember: Act<'members.edit'> = (draft, body) => {
  const member = draft.get('member', body.member);
  if (member === undefined) return err(refusal('MEMBER_UNKNOWN'));
  if (member.version !== body.version) return err(refusal('STALE_VERSION', { haveVersion: member.version }));
  const card = cardOf(draft, member.member, body);
  if (!card.ok) return card;
  draft.put('member', member.member, { ...member, ...card.value, version: member.version + 1 });
  draft.about = `member ${member.name}`;
  return ok(undefined);
};

/** Answers `members.top-up`. A bonus wants the power to give one. */
export const topUp: Act<'members.top-up'> = (draft, { member: id, minor, bonusMinor = '0', pay }) => {
  const member = draft.get('member', id);
  if (member === undefined) return err(refusal('MEMBER_UNKNOWN'));
  const bonus = BigInt(bonusMinor);
  const { actor } = draft.context;
  if (bonus > 0n) {
    const may = mayDo('role' in actor ? actor.role : 'auditor', 'power.bonus');
    if (!may.ok) return may;
  }
  const receipt = draft.takeReceipt();
  const payer = { member: member.member, code: undefined };
  const taken = take(draft, { minor: BigInt(minor), pay, payer, into: `wallet/${id}`, receipt });
  if (!taken.ok) return taken;
  draft.book('receipt', 'bonus-given/all', `bonus/${id}`, bonus, receipt);
  draft.put('member', id, {
    ...member,
    realMinor: member.realMinor + BigInt(minor),
    bonusMinor: member.bonusMinor + bonus,
    version: member.version + 1,
  });
  remember(draft, { receipt, kind: 'top-up', tab: undefined, member: id, code: undefined }, taken.value, bonus);
  const lines: CafeReceipt['lines'] = [{ what: 'top-up', about: member.name, minor }];
  const paid = paidLines(taken.value);
  draft.print({
    number: receipt,
    kind: 'top-up',
    member: id,
    lines: bonus > 0n ? [...lines, { what: 'bonus', minor: bonusMinor }] : lines,
    paid,
    totalMinor: counterTotal(paid),
  });
  draft.about = `member ${member.name}`;
  return ok(undefined);
};

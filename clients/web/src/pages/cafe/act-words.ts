// clients/web/src/pages/cafe/act-words.ts - what a line of the audit says: the act, and why it was refused.
import type { TFunction } from 'i18next';
import { type CafeActName, cafeActs, type HubAct, hubActs } from '../../../../../src/protocol/cafe-acts.ts';
import { cafeRoles } from '../../../../../src/protocol/cafe-shapes.ts';
import type { CafeAuditLine } from '../../../../../src/protocol/cafe-things.ts';
import type { PlayerProblem } from '../../player/problem.ts';
import { dbc, span } from '../../ui/format.ts';
import { problemWhat } from '../../ui/problem-what.ts';
import { type Currency, money } from './local-money.ts';

type Told = Pick<CafeAuditLine, 'act' | 'outcome' | 'about'>;

const isAct = (act: string): act is CafeActName | HubAct =>
  Object.hasOwn(cafeActs, act) || hubActs.some((name) => name === act);

/** The words of an act; of one that is newer than this page its name. */
export function actWords(t: TFunction, act: string): string {
  return isAct(act) ? t(`audit.acts.${act}`) : act;
}

function factsOf(about: string): PlayerProblem['facts'] {
  try {
    return JSON.parse(about) as PlayerProblem['facts'];
  } catch {
    return undefined; // Cut: they were too long for the line.
  }
}

type Made = (t: TFunction, currency: Currency, found: readonly string[]) => string;
const seatOf = (t: TFunction, seat = ''): string => t('cafe.seat.title', { seat });
/** What the hub writes of an act's subject, and how a person reads it. */
const SUBJECTS: readonly (readonly [RegExp, Made])[] = [
  [/^seat (\S+)$/, (t, _, [seat]) => seatOf(t, seat)],
  [/^seat (\S+) to (\S+)$/, (t, _, [from, to]) => `${seatOf(t, from)} → ${seatOf(t, to)}`],
  [/^seat (\S+) with (\S+)$/, (t, _, [one, other]) => `${seatOf(t, one)} ↔ ${seatOf(t, other)}`],
  [/^seat (\S+), (\d+) min$/, (t, _, [seat, minutes]) => `${seatOf(t, seat)} · ${span(Number(minutes) * 60_000)}`],
  [/^seat (\S+), (\d+) wei$/, (t, _, [seat, wei = '0']) => `${seatOf(t, seat)} · ${dbc(wei)} DBC`],
  [/^seat (\S+) as (\S+)$/, (t, _, [seat, host]) => `${seatOf(t, seat)} · ${host}`],
  [/^(?:file with )?(\d+) seats$/, (t, _, [count]) => t('audit.about.seats', { count: Number(count) })],
  [/^(\d+) devices$/, (t, _, [count]) => t('audit.about.devices', { count: Number(count) })],
  [/^all seats$/, (t) => t('desk.say.everyone')],
  [/^seats (.+)$/, (t, _, [seats = '']) => t('audit.about.these', { seats: seats.split(' ').join(', ') })],
  [/^receipt (\d+)$/, (t, _, [number]) => t('cafe.seat.receipt', { number: Number(number) })],
  [/^code of (\d+)$/, (t, currency, [minor = '0']) => `${t('desk.who.code')} · ${money(minor, currency)}`],
  [/^batch (.+)$/, (t, _, [name]) => `${t('cards.ofBatch')} · ${name}`],
  [/^member (.+)$/, (t, _, [name]) => `${t('desk.who.member')} · ${name}`],
];

/** What an act was about. What is newer than this page is shown as the hub wrote it. */
function aboutWords(t: TFunction, currency: Currency, { act, about = '' }: Told): string {
  const [, name, became] = (act === 'staff' && /^(.+) (\S+)$/.exec(about)) || [];
  const role = cafeRoles.find((one) => one === became);
  if (role !== undefined) return `${name} · ${t(`cafe.roles.${role}`)}`;
  if (became === 'out') return `${name} · ${t('audit.about.out')}`;
  for (const [pattern, made] of SUBJECTS) {
    const found = pattern.exec(about);
    if (found !== null) return made(t, currency, found.slice(1));
  }
  return about;
}

/** What an act was about, and why it was refused. The facts of a refusal stand in its line where an act has its subject. */
export function outcomeOf(
  t: TFunction,
  currency: Currency,
  line: Told,
): { readonly about: string | undefined; readonly refused: string | undefined } {
  const { outcome, about } = line;
  if (outcome === 'done') return { about: about && aboutWords(t, currency, line), refused: undefined };
  const facts = about === undefined ? undefined : factsOf(about);
  const what = problemWhat(t, { code: outcome, ...(facts === undefined ? {} : { facts }) });
  return { about: facts === undefined ? about : undefined, refused: t('audit.refused', { what }) };
}

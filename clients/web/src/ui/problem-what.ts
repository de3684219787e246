// clients/web/src/ui/problem-what.ts - what a refusal says. A field that its facts name is a word of a program (`timeZone`,
// `packages/2/rule`, `zones: seat 11`); a person reads it in their own language.
import type { TFunction } from 'i18next';
import type { PlayerProblem } from '../player/problem.ts';
import { ruleName } from './preset-names.ts';
import { knownCode } from './problem-words.ts';

/** The name of a field, with what the hub adds to it: a date, a seat, which of several. */
function fieldWords(t: TFunction, field: string): string {
  const [name = '', which = ''] = field.split(/: |\//);
  const known = { ...t('problems.fields', { returnObjects: true }), ...t('settings.fields', { returnObjects: true }) };
  const words = Object.entries(known).find(([key]) => key === name)?.[1];
  if (words === undefined) return field;
  const seat = /^seat (\S+)$/.exec(which)?.[1];
  if (seat !== undefined) return `${words} · ${t('cafe.seat.title', { seat })}`;
  const place = /^\d+$/.test(which) ? String(Number(which) + 1) : which; // Programs count from 0.
  return place === '' ? words : `${words} · ${place}`;
}

/** The sentence that says what happened. */
export function problemWhat(t: TFunction, { code, facts }: Pick<PlayerProblem, 'code' | 'facts'>): string {
  const field = typeof facts?.field === 'string' ? { field: fieldWords(t, facts.field) } : {};
  const rule = typeof facts?.rule === 'string' ? { rule: ruleName(t, facts.rule) } : {};
  const said = t(`problems.what.${knownCode(code) ? code : 'UNKNOWN'}`, { code, ...facts, ...field, ...rule });
  return said.replaceAll(/\{\{\w+\}\}/g, '…'); // A fact that did not come.
}

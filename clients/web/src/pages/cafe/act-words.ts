// clients/web/src/pages/cafe/act-words.ts - what a line of the audit says: the act, and why it was refused.
import type { TFunction } from 'i18next';
import { type CafeActName, cafeActs, type HubAct, hubActs } from '../../../../../src/protocol/cafe-acts.ts';
import type { CafeAuditLine } from '../../../../../src/protocol/cafe-things.ts';
import type { PlayerProblem } from '../../player/problem.ts';
import { problemWhat } from '../../ui/problem-what.ts';

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

/** What an act was about, and why it was refused. The facts of a refusal stand in its line where an act has its subject. */
export function outcomeOf(
  t: TFunction,
  { outcome, about }: Pick<CafeAuditLine, 'outcome' | 'about'>,
): { readonly about: string | undefined; readonly refused: string | undefined } {
  if (outcome === 'done') return { about, refused: undefined };
  const facts = about === undefined ? undefined : factsOf(about);
  const what = problemWhat(t, { code: outcome, ...(facts === undefined ? {} : { facts }) });
  return { about: facts === undefined ? about : undefined, refused: t('audit.refused', { what }) };
}

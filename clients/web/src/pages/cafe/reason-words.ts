// clients/web/src/pages/cafe/reason-words.ts - why a seat stands as it does. What a person wrote is shown as it is; what the hub wrote
// is a word of a program.
import type { TFunction } from 'i18next';
import { hubReasons } from '../../../../../src/protocol/cafe-api.ts';

const byHub = ['nodeLost', 'pageLost', 'idle', 'doubled'] as const;
const ends = ['money', 'package', 'curfew', 'desk'] as const;

/** The reason in words. `timeUp`: play ended by itself, and the reason is by what. */
export function reasonWords(t: TFunction, reason: string, timeUp: boolean): string {
  const own = byHub.find((name) => hubReasons[name] === reason);
  if (own !== undefined) return t(`cafe.hubReasons.${own}`);
  const end = timeUp ? ends.find((name) => name === reason) : undefined;
  return end === undefined ? reason : t(`cafe.ends.${end}`);
}

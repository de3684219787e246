// clients/web/src/pages/cafe/age-choice.tsx - how old a customer is, where the site has age rules: one digit. Whom a rule keeps away
// now is said here, before anything is sent.
import { type KeyboardEvent, type RefObject, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { asksAge, curfewAt, curfewFacts, nextCurfewMs } from '../../../../../src/cafe/curfew.ts';
import { pricesOf } from '../../../../../src/cafe/tab.ts';
import type { CafeSettings } from '../../../../../src/protocol/cafe-settings.ts';
import type { PlayerProblem } from '../../player/problem.ts';
import classes from './cafe.module.css';
import type { Customer } from './customer-choice.tsx';

/** Whether the customer's age is still to be asked. */
export const needsAge = (settings: CafeSettings, { ageBand }: Customer): boolean =>
  asksAge(settings) && !settings.ageBands.some(({ id }) => id === ageBand);

/** What the site's age rules say of a customer at an instant. */
export type AgeRules = {
  /** The rule that keeps them away, as the hub would say it. */
  readonly awayOf: (customer: Customer, atMs: number) => PlayerProblem | undefined;
  /** When the next rule begins to keep them away. */
  readonly nextRule: (customer: Customer, atMs: number) => number | undefined;
};

/** The rules of a site. */
export function useAgeRules(settings: CafeSettings): AgeRules {
  return useMemo(() => {
    const { calendar } = pricesOf(settings);
    return {
      awayOf: (customer, atMs) => {
        const away = curfewAt(settings.curfew, customer, calendar, atMs);
        return away && { code: 'CURFEW', facts: curfewFacts(away, calendar) };
      },
      nextRule: (customer, atMs) => nextCurfewMs(settings.curfew, customer, calendar, atMs),
    };
  }, [settings]);
}

/** The ages. `onAge` hears which one; `keyed`: by its digit. Nothing where the site has no rules. */
export function AgeChoice({
  settings,
  customer,
  asked,
  place,
  onAge,
  onGuardian,
}: {
  settings: CafeSettings;
  customer: Customer;
  /** The next digit starts. */
  asked: boolean;
  place: RefObject<HTMLFieldSetElement | null>;
  onAge: (band: string, keyed: boolean) => void;
  onGuardian: (guardian: boolean) => void;
}) {
  const { t } = useTranslation();
  if (!asksAge(settings)) return null;
  const digit = (event: KeyboardEvent<HTMLFieldSetElement>): void => {
    const { key, currentTarget } = event;
    const at = Number(key) - 1;
    const band = settings.ageBands[at];
    if (!Number.isInteger(at) || band === undefined) return;
    event.preventDefault(); // The digit that starts moves the keys to the field of the next seat: it is no digit of that seat.
    currentTarget.querySelectorAll<HTMLInputElement>('input')[at]?.focus();
    onAge(band.id, true);
  };
  return (
    <>
      <fieldset ref={place} className={classes.options} disabled={customer.ageKnown} onKeyDown={digit} data-ages>
        <legend>{t(asked ? 'desk.age.asked' : 'cafe.buy.age')}</legend>
        {settings.ageBands.map(({ id, name }, at) => (
          <label key={id} data-chosen={id === customer.ageBand}>
            <input type="radio" name="age" checked={id === customer.ageBand} onChange={() => onAge(id, false)} />
            <kbd>{at + 1}</kbd> {name}
          </label>
        ))}
      </fieldset>
      <label className={classes.check}>
        <input
          type="checkbox"
          checked={customer.guardian}
          onChange={({ currentTarget }) => onGuardian(currentTarget.checked)}
        />
        {t('desk.who.guardian')}
      </label>
    </>
  );
}

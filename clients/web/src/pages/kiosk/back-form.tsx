// clients/web/src/pages/kiosk/back-form.tsx - a seat that stands still because nobody was there: its customer goes on, a member by
// PIN, a printed code by itself, a guest by a press where the site lets guests, else with the desk.
import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Kiosk } from '../../../../../src/protocol/cafe-api.ts';
import { isGuestCode } from '../../../../../src/protocol/cafe-shapes.ts';
import { type PlayerProblem, problem, problemFrom } from '../../player/problem.ts';
import { ProblemCard } from '../../ui/problem-card.tsx';
import classes from '../cafe/cafe.module.css';
import { CODE_LENGTH, typedCode } from '../cafe/typed-code.ts';
import { goOn } from './use-kiosk.ts';

/** What ends the pause here. */
export function BackForm({ back }: { back: NonNullable<Kiosk['back']> }) {
  const { t } = useTranslation();
  const [word, setWord] = useState('');
  const [state, setState] = useState<'busy' | PlayerProblem>();
  if (back === 'desk') return <p>{t('cafe.kiosk.desk')}</p>;
  const typed = word.trim();
  const wish = {
    pin: { by: 'pin', pin: typed },
    code: { by: 'code', code: typedCode(word) },
    guest: { by: 'guest' },
  } as const;
  const fits = { pin: /^\d{4,8}$/.test(typed), code: typedCode(word).length === CODE_LENGTH, guest: true }[back];
  const send = (event: FormEvent): void => {
    event.preventDefault();
    if (back === 'code' && !isGuestCode(typedCode(word))) {
      setState({ code: 'CODE_UNKNOWN' });
      return;
    }
    setState('busy');
    goOn(wish[back]).then(
      (answer) => {
        setWord('');
        setState(answer.ok ? undefined : problemFrom(answer.error));
      },
      () => setState(problem('HUB_UNREACHABLE')),
    );
  };
  return (
    <>
      <form className={classes.form} onSubmit={send}>
        {back !== 'guest' && (
          <TextInput
            type={back === 'pin' ? 'password' : 'text'}
            label={t(back === 'pin' ? 'cafe.kiosk.pin' : 'cafe.kiosk.code')}
            autoComplete="off"
            value={word}
            maxLength={16}
            onChange={({ currentTarget }) => setWord(currentTarget.value)}
          />
        )}
        <Button type="submit" disabled={state === 'busy' || !fits}>
          {t('cafe.kiosk.goOn')}
        </Button>
      </form>
      {typeof state === 'object' && <ProblemCard problem={state} />}
    </>
  );
}

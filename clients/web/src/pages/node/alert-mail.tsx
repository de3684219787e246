// clients/web/src/pages/node/alert-mail.tsx - the mail address for alerts: a code is sent there, and it counts once the code came
// back.
import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Result } from '../../../../../src/base/result.ts';
import type { Alerts } from '../../../../../src/protocol/operator-api.ts';
import { operatorCalls } from '../../app/operator-calls.ts';
import { currentLanguage } from '../../i18n/index.ts';
import { type PlayerProblem, problem, problemFrom } from '../../player/problem.ts';
import panel from '../../ui/panel.module.css';
import { ProblemCard } from '../../ui/problem-card.tsx';
import classes from './console.module.css';

const CODE = /^[0-9a-f]{10}$/;

/** The address that is told, or the way to one. */
export function MailForm({ alerts, onDone }: { alerts: Alerts; onDone: () => void }) {
  const { t } = useTranslation();
  const [mail, setMail] = useState('');
  const [sentTo, setSentTo] = useState<string>();
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<PlayerProblem>();
  const act = async (asked: () => Promise<Result<unknown, Parameters<typeof problemFrom>[0]>>, then: () => void) => {
    setBusy(true);
    setRefused(undefined);
    try {
      const answer = await asked();
      if (answer.ok) then();
      else setRefused(problemFrom(answer.error));
    } catch {
      setRefused(problem('HUB_UNREACHABLE'));
    } finally {
      setBusy(false);
    }
  };
  const language = currentLanguage();
  const done = (): void => {
    setSentTo(undefined);
    setCode('');
    onDone();
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const typed = code.trim().toLowerCase();
    if (sentTo === undefined)
      void act(
        () => operatorCalls.askMail({ mail, language }),
        () => setSentTo(mail),
      );
    else void act(() => operatorCalls.confirmMail({ mail: sentTo, language, code: typed }), done);
  };
  const forget = (): void => {
    const { webhookUrl = null, offlineMinutes, payoutWei = null } = alerts;
    const without = { webhookUrl, offlineMinutes, payoutWei, keepMail: false, language };
    void act(() => operatorCalls.setAlerts(without), onDone);
  };
  const problems = refused !== undefined && <ProblemCard problem={refused} />;
  if (alerts.mail !== undefined) {
    return (
      <div className={classes.form} data-alert-mail>
        <p>{t('console.alerts.mailIs', { mail: alerts.mail })}</p>
        <Button variant="default" disabled={busy} onClick={forget}>
          {t('console.alerts.mailForget')}
        </Button>
        {problems}
      </div>
    );
  }
  if (!alerts.mailOffered) return <p className={panel.small}>{t('console.alerts.noMail')}</p>;
  const ready = sentTo === undefined ? mail.includes('@') : CODE.test(code.trim().toLowerCase());
  return (
    <form className={classes.form} onSubmit={submit} data-alert-mail>
      <TextInput
        label={t('console.alerts.mail')}
        type="email"
        autoComplete="email"
        value={mail}
        onChange={({ currentTarget }) => {
          setMail(currentTarget.value);
          setSentTo(undefined);
        }}
      />
      {sentTo !== undefined && (
        <TextInput
          label={t('console.alerts.code', { mail: sentTo })}
          autoComplete="one-time-code"
          value={code}
          onChange={({ currentTarget }) => setCode(currentTarget.value)}
        />
      )}
      <Button type="submit" variant="default" disabled={busy || !ready}>
        {t(sentTo === undefined ? 'console.alerts.sendCode' : 'console.alerts.confirm')}
      </Button>
      {problems}
    </form>
  );
}

// clients/web/src/pages/node/alerts-part.tsx - how an operator is told of trouble: by mail to an address that has proved itself,
// by calls to a program of its own, when, and what stands now.
import '@mantine/core/styles/Input.css';
import { Button, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDbc, parseDbc } from '../../../../../src/base/units.ts';
import type { Alerts, AlertsRequest } from '../../../../../src/protocol/operator-api.ts';
import { operatorCalls } from '../../app/operator-calls.ts';
import { currentLanguage } from '../../i18n/index.ts';
import { need } from '../../player/api.ts';
import { type PlayerProblem, problem, problemFrom } from '../../player/problem.ts';
import { dayAndTime } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { MailForm } from './alert-mail.tsx';
import consoleClasses from './console.module.css';
import classes from './node.module.css';

const DAY_MINUTES = 1_440;

/** What is typed, as the hub takes it; the name of the first field that it would not. */
export function readAlertForm(typed: {
  readonly url: string;
  readonly minutes: string;
  readonly payout: string;
}): Pick<AlertsRequest, 'webhookUrl' | 'offlineMinutes' | 'payoutWei'> | 'url' | 'minutes' | 'payout' {
  const [url, payout] = [typed.url.trim(), typed.payout.trim()];
  if (url !== '' && !(URL.canParse(url) && /^https?:\/\//.test(url) && url.length <= 300)) return 'url';
  const minutes = Number(typed.minutes);
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > DAY_MINUTES) return 'minutes';
  const wei = payout === '' ? undefined : parseDbc(payout);
  if (wei !== undefined && (!wei.ok || wei.value <= 0n)) return 'payout';
  return {
    webhookUrl: url === '' ? null : url,
    offlineMinutes: minutes,
    payoutWei: wei === undefined ? null : wei.value.toString(),
  };
}

/** Somebody is told when there is trouble. Without an address the hub looks for none either. */
const isTold = ({ webhookUrl, mail, mailOffered }: Alerts): boolean =>
  webhookUrl !== undefined || (mail !== undefined && mailOffered);

function Standing({ standing }: { standing: Alerts['standing'] }) {
  const { t } = useTranslation();
  if (standing.length === 0) return <p>{t('console.alerts.none')}</p>;
  return (
    <ul data-standing={standing.length}>
      {standing.map(({ id, kind, name, beganAtMs, told }) => (
        <li key={id}>
          <strong>
            {t(`console.alerts.kinds.${kind}`, { name: name === '' ? t('console.alerts.account') : name })}
          </strong>
          <div className={panel.small}>
            {t(told.length > 0 ? 'console.alerts.sinceTold' : 'console.alerts.sinceUntold', {
              time: dayAndTime(beganAtMs),
            })}
          </div>
        </li>
      ))}
    </ul>
  );
}

function Settings({ alerts, onDone }: { alerts: Alerts; onDone: () => void }) {
  const { t } = useTranslation();
  const [url, setUrl] = useState(alerts.webhookUrl ?? '');
  const [minutes, setMinutes] = useState(String(alerts.offlineMinutes));
  const [payout, setPayout] = useState(alerts.payoutWei === undefined ? '' : formatDbc(BigInt(alerts.payoutWei), 18));
  const [secret, setSecret] = useState<string>();
  const [state, setState] = useState<'idle' | 'busy' | 'saved' | PlayerProblem>('idle');
  const read = readAlertForm({ url, minutes, payout });
  const edit = (set: (value: string) => void) => (value: string) => {
    set(value);
    setState('idle');
  };
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (typeof read === 'string') return;
    setState('busy');
    setSecret(undefined);
    try {
      const answer = await operatorCalls.setAlerts({ ...read, keepMail: true, language: currentLanguage() });
      setState(answer.ok ? 'saved' : problemFrom(answer.error));
      if (answer.ok) setSecret(answer.value.secret);
      if (answer.ok) onDone();
    } catch {
      setState(problem('HUB_UNREACHABLE'));
    }
  };
  const wrong = (field: string) => (read === field ? t(`console.alerts.bad.${read}`) : undefined);
  return (
    <form className={consoleClasses.form} onSubmit={(event) => void save(event)} data-alert-settings>
      <TextInput
        label={t('console.alerts.url')}
        description={t('console.alerts.urlText')}
        placeholder="https://"
        type="url"
        value={url}
        error={wrong('url')}
        onChange={({ currentTarget }) => edit(setUrl)(currentTarget.value)}
      />
      {alerts.webhookFailing === true && <p className={panel.stop}>{t('console.alerts.failing')}</p>}
      <TextInput
        label={t('console.alerts.minutes')}
        inputMode="numeric"
        value={minutes}
        error={wrong('minutes')}
        onChange={({ currentTarget }) => edit(setMinutes)(currentTarget.value)}
      />
      <TextInput
        label={t('console.alerts.payout', { currency: alerts.currency })}
        description={t('console.alerts.payoutText')}
        inputMode="decimal"
        value={payout}
        error={wrong('payout')}
        onChange={({ currentTarget }) => edit(setPayout)(currentTarget.value)}
      />
      <Button type="submit" disabled={typeof read === 'string' || state === 'busy'}>
        {t('console.alerts.save')}
      </Button>
      {state === 'saved' && <p role="status">{t('console.alerts.saved')}</p>}
      {typeof state === 'object' && <ProblemCard problem={state} />}
      {secret !== undefined && (
        <div className={panel.note} role="status">
          <p>{t('console.alerts.secret')}</p>
          <code className={classes.secret} data-secret>
            {secret}
          </code>
        </div>
      )}
    </form>
  );
}

/** Alerts of the visitor's machines. */
export function AlertsPart({ wallet, ready }: { wallet: string; ready: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const queryKey = ['operator-alerts', wallet];
  const { data } = useQuery({ queryKey, queryFn: () => need(operatorCalls.alerts()), enabled: ready });
  if (data === undefined) return null;
  const again = (): void => void client.invalidateQueries({ queryKey });
  return (
    <section className={panel.panel} data-alerts>
      <h2 className={panel.title}>{t('console.alerts.title')}</h2>
      <p>{t('console.alerts.text')}</p>
      {!isTold(data) && (
        <p className={panel.warn} data-nobody-told>
          {t(data.mailOffered ? 'console.alerts.nobody' : 'console.alerts.nobodyNoMail')}
        </p>
      )}
      {(isTold(data) || data.standing.length > 0) && <Standing standing={data.standing} />}
      <MailForm alerts={data} onDone={again} />
      <Settings alerts={data} onDone={again} />
    </section>
  );
}

// clients/web/src/pages/admin/act-forms.tsx - what an admin can do to somebody: suspend, refund, announce. Each form only says
// what is meant; the dialog asks why.
import '@mantine/core/styles/Input.css';
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SessionId } from '../../../../../src/base/ids.ts';
import { grain, parseDbc } from '../../../../../src/base/units.ts';
import { type AdminAct, type AdminState, suspendableKinds } from '../../../../../src/protocol/admin-api.ts';
import { dayAndTime } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { readAddress } from '../../ui/read-address.ts';
import classes from './admin.module.css';

/** Hears an act with its words. */
export type Propose = (act: AdminAct, what: string) => void;

const HOUR_MS = 3_600_000;
const HOURS_MOST = 720;

/** Suspends and lifts. */
export function SuspendForm({ state, propose }: { state: AdminState; propose: Propose }) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<(typeof suspendableKinds)[number]>('player');
  const [id, setId] = useState('');
  const [bad, setBad] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const address = readAddress(id);
    setBad(address === undefined);
    if (address === undefined) return;
    propose(
      { t: 'suspend', kind, id: address },
      `${t('admin.suspend.send')}: ${t(`admin.suspend.kinds.${kind}`)} ${address}`,
    );
  };
  return (
    <section className={panel.panel}>
      <h2 className={panel.title}>{t('admin.suspend.title')}</h2>
      <p className={panel.small}>{t('admin.suspend.text')}</p>
      <form className={classes.form} onSubmit={submit}>
        <NativeSelect
          label={t('admin.suspend.kind')}
          value={kind}
          data={suspendableKinds.map((each) => ({ value: each, label: t(`admin.suspend.kinds.${each}`) }))}
          onChange={({ currentTarget }) =>
            setKind(suspendableKinds.find((each) => each === currentTarget.value) ?? 'player')
          }
        />
        <TextInput
          className={classes.wide}
          label={t('admin.suspend.id')}
          value={id}
          error={bad ? t('admin.badAddress') : undefined}
          onChange={({ currentTarget }) => setId(currentTarget.value)}
        />
        <Button type="submit" color="stop">
          {t('admin.suspend.send')}
        </Button>
      </form>
      {state.suspended.length === 0 ? (
        <p>{t('admin.suspend.none')}</p>
      ) : (
        <ul className={classes.list}>
          {state.suspended.map(({ kind: of, id: who, sinceMs, who: by, reason }) => (
            <li key={of + who}>
              <span>
                <strong>{t(`admin.suspend.kinds.${of}`)}</strong> <code>{who}</code>
                <br />
                <small>
                  {t('admin.suspend.since', { time: dayAndTime(sinceMs), who: by })} · {reason}
                </small>
              </span>
              <Button
                variant="default"
                onClick={() => propose({ t: 'lift', kind: of, id: who }, `${t('admin.suspend.lift')}: ${who}`)}
              >
                {t('admin.suspend.lift')}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Gives back, by counter-entry. */
export function RefundForm({ propose }: { propose: Propose }) {
  const { t } = useTranslation();
  const [session, setSession] = useState('');
  const [amount, setAmount] = useState('');
  const [bad, setBad] = useState<'session' | 'amount'>();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const wei = parseDbc(amount);
    const id = session.trim();
    const wrong = !/^s_[0-9a-z]{26}$/.test(id) ? 'session' : wei.ok && grain(wei.value) > 0n ? undefined : 'amount';
    setBad(wrong);
    if (wrong !== undefined || !wei.ok) return;
    propose(
      { t: 'refund', session: id as SessionId, amountWei: grain(wei.value).toString() },
      `${t('admin.refund.send')}: ${amount.trim()} DBC, ${id}`,
    );
  };
  return (
    <section className={panel.panel}>
      <h2 className={panel.title}>{t('admin.refund.title')}</h2>
      <p className={panel.small}>{t('admin.refund.text')}</p>
      <form className={classes.form} onSubmit={submit}>
        <TextInput
          className={classes.wide}
          label={t('admin.refund.session')}
          value={session}
          error={bad === 'session' ? t('admin.badSession') : undefined}
          onChange={({ currentTarget }) => setSession(currentTarget.value)}
        />
        <TextInput
          label={t('admin.refund.amount')}
          inputMode="decimal"
          value={amount}
          error={bad === 'amount' ? t('account.cap.bad') : undefined}
          onChange={({ currentTarget }) => setAmount(currentTarget.value)}
        />
        <Button type="submit">{t('admin.refund.send')}</Button>
      </form>
    </section>
  );
}

/** Tells everybody something. */
export function AnnounceForm({ state, propose }: { state: AdminState; propose: Propose }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [hours, setHours] = useState('4');
  const count = Number(hours);
  const good = text.trim() !== '' && count > 0 && count <= HOURS_MOST;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const untilMs = Math.floor(Date.now() + count * HOUR_MS);
    propose({ t: 'announce', text: text.trim(), untilMs }, `${t('admin.announce.send')}: ${text.trim()}`);
  };
  return (
    <section className={panel.panel}>
      <h2 className={panel.title}>{t('admin.announce.title')}</h2>
      <p className={panel.small}>{t('admin.announce.text')}</p>
      <form className={classes.form} onSubmit={submit}>
        <TextInput
          className={classes.wide}
          label={t('admin.announce.words')}
          value={text}
          maxLength={500}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
        <TextInput
          label={t('admin.announce.hours')}
          inputMode="decimal"
          value={hours}
          onChange={({ currentTarget }) => setHours(currentTarget.value)}
        />
        <Button type="submit" disabled={!good}>
          {t('admin.announce.send')}
        </Button>
      </form>
      <ul className={classes.list}>
        {state.announcements.map(({ id, text: words, untilMs }) => (
          <li key={id}>
            <span>
              {words}
              <br />
              <small>{t('admin.announce.until', { time: dayAndTime(untilMs) })}</small>
            </span>
            <Button
              variant="default"
              onClick={() => propose({ t: 'unannounce', id }, `${t('admin.announce.remove')}: ${words}`)}
            >
              {t('admin.announce.remove')}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

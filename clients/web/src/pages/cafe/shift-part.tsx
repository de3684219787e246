// clients/web/src/pages/cafe/shift-part.tsx - the till: open with what lies in it, pay in and out, count and close.
import '@mantine/core/styles/Input.css';
import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isOccupied } from '../../../../../src/cafe/seat.ts';
import { tillCloseText } from '../../../../../src/cafe/till-close.ts';
import type { CafeInfo } from '../../../../../src/protocol/cafe-api.ts';
import type { ShiftView } from '../../../../../src/protocol/cafe-things.ts';
import { explains } from '../../../../../src/protocol/reason.ts';
import { need } from '../../player/api.ts';
import type { Wallet } from '../../player/ports.ts';
import { type PlayerProblem, walletProblem } from '../../player/problem.ts';
import { dayAndTime, dbc } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { ReasonField } from '../../ui/reason-field.tsx';
import { ActProblem } from './act-problem.tsx';
import { AmountField } from './amount-field.tsx';
import classes from './cafe.module.css';
import { cafeCalls } from './cafe-calls.ts';
import { ConsentCard } from './consent-card.tsx';
import { money, parseMoney } from './local-money.ts';
import { OpeningList } from './opening-list.tsx';
import { typedCount } from './typed-number.ts';
import { type Acting, useAct } from './use-act.ts';
import type { LiveFloor } from './use-floor.ts';

/** Of one note or coin. */
const PIECES_MOST = 100_000;

type Part = { readonly info: CafeInfo; readonly acting: Acting };

function OpenForm({ info: { cafe, settings }, acting }: Part) {
  const { t } = useTranslation();
  const { data: last } = useQuery({
    queryKey: ['cafe', cafe, 'shifts'],
    queryFn: () => need(cafeCalls.shifts(cafe)),
    retry: false,
  });
  const note = last?.shifts[0]?.closed?.note;
  const [text, setText] = useState('0');
  const minor = parseMoney(text, settings.currency);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (minor !== undefined) acting.act('shift.open', { floatMinor: minor });
  };
  return (
    <>
      {note !== undefined && <p data-note>{t('desk.till.before', { note })}</p>}
      <form className={classes.form} onSubmit={submit}>
        <TextInput
          label={t('cafe.shift.float', { code: settings.currency.code })}
          inputMode="decimal"
          value={text}
          error={minor === undefined ? t('cafe.badMoney') : undefined}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
        <Button type="submit" disabled={minor === undefined || acting.busy}>
          {t('cafe.shift.open')}
        </Button>
      </form>
    </>
  );
}

function PaidForm({ info: { settings }, acting }: Part) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [reason, setReason] = useState('');
  const minor = parseMoney(text, settings.currency);
  const good = minor !== undefined && minor !== '0' && explains(reason) && !acting.busy;
  const act = (name: 'shift.paid-in' | 'shift.paid-out'): void => {
    if (minor === undefined) return;
    acting.act(name, { minor, reason: reason.trim() }, () => {
      setText('');
      setReason('');
    });
  };
  return (
    <section className={panel.panel}>
      <h2 className={panel.title}>{t('cafe.shift.paid')}</h2>
      <div className={classes.form}>
        <AmountField
          label={t('cafe.shift.amount', { code: settings.currency.code })}
          currency={settings.currency}
          value={text}
          onValue={setText}
        />
        <ReasonField reason={reason} onReason={setReason} />
        <Button variant="default" disabled={!good} onClick={() => act('shift.paid-in')}>
          {t('cafe.shift.in')}
        </Button>
        <Button variant="default" disabled={!good} onClick={() => act('shift.paid-out')}>
          {t('cafe.shift.out')}
        </Button>
      </div>
    </section>
  );
}

function CloseForm({
  info: { cafe, settings },
  acting,
  shift,
  wallet,
  onClosed,
}: Part & { shift: ShiftView; wallet: Wallet; onClosed: (shift: ShiftView) => void }) {
  const { t } = useTranslation();
  const { currency } = settings;
  const [pieces, setPieces] = useState<Readonly<Record<string, string>>>({});
  const [reason, setReason] = useState('');
  const [note, setNote] = useState('');
  const [signing, setSigning] = useState<'no' | 'yes' | PlayerProblem>('no');
  const pile = (minor: string): number => typedCount(pieces[minor] || '0', 0, PIECES_MOST);
  const count = currency.denominations.map((minor) => ({ minor, pieces: pile(minor) }));
  const whole = count.every((one) => !Number.isNaN(one.pieces));
  const counted = count.reduce((sum, one) => sum + BigInt(one.minor) * BigInt(one.pieces || 0), 0n);
  const variance = counted - BigInt(shift.expectedMinor);
  const given = reason.trim();
  const explained = variance === 0n || explains(reason);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const close = {
      count: count.filter((one) => one.pieces > 0),
      ...(note.trim() !== '' && { note: note.trim() }),
      ...(explains(reason) && { reason: given }),
    };
    setSigning('yes');
    try {
      const signature = await wallet.signText(tillCloseText(cafe, shift, close));
      setSigning('no');
      acting.act('shift.close', { shift: shift.shift, version: shift.version, ...close, signature }, (answer) => {
        if (answer.shift !== undefined) onClosed(answer.shift);
      });
    } catch (error) {
      setSigning(walletProblem(error));
    }
  };
  const word = variance === 0n ? 'even' : variance < 0n ? 'short' : 'over';
  return (
    <form className={`${panel.panel} ${classes.stack}`} onSubmit={submit} data-close>
      <h2 className={panel.title}>{t('cafe.shift.close')}</h2>
      <div className={classes.count}>
        {[...currency.denominations]
          .sort((a, b) => Number(b) - Number(a))
          .map((minor) => (
            <TextInput
              key={minor}
              label={`${money(minor, currency)} ×`}
              inputMode="numeric"
              value={pieces[minor] ?? ''}
              placeholder="0"
              error={Number.isNaN(pile(minor)) ? t('settings.badCount', { least: 0, most: PIECES_MOST }) : undefined}
              onChange={({ currentTarget }) => {
                const { value } = currentTarget;
                setPieces((before) => ({ ...before, [minor]: value }));
              }}
            />
          ))}
      </div>
      <dl className={panel.facts} aria-live="polite">
        <dt>{t('cafe.shift.expected')}</dt>
        <dd>{money(shift.expectedMinor, currency)}</dd>
        <dt>{t('cafe.shift.counted')}</dt>
        <dd>{money(counted, currency)}</dd>
        <dt>{t('cafe.shift.variance')}</dt>
        <dd className={word === 'even' ? panel.near : panel.warn} data-variance={variance.toString()}>
          {t(`cafe.shift.${word}`, { price: money(variance < 0n ? -variance : variance, currency) })}
        </dd>
      </dl>
      {variance !== 0n && <ReasonField label={t('cafe.shift.why')} reason={reason} onReason={setReason} />}
      <TextInput
        label={t('desk.till.handOver')}
        value={note}
        maxLength={1_000}
        onChange={({ currentTarget }) => setNote(currentTarget.value)}
      />
      <div className={classes.acts}>
        <Button type="submit" color="stop" disabled={!whole || !explained || acting.busy || signing === 'yes'}>
          {t('cafe.shift.closeSend')}
        </Button>
      </div>
      {typeof signing === 'object' && <ProblemCard problem={signing} />}
    </form>
  );
}

function Closed({ info: { settings }, shift }: { info: CafeInfo; shift: ShiftView }) {
  const { t } = useTranslation();
  if (shift.closed === undefined) return null;
  const { varianceMinor, countedMinor, reason } = shift.closed;
  return (
    <p className={varianceMinor === '0' ? panel.near : panel.warn} role="status" data-closed={varianceMinor}>
      {t('cafe.shift.closed', {
        counted: money(countedMinor, settings.currency),
        variance: money(varianceMinor, settings.currency),
      })}
      {reason !== undefined && ` (${reason})`}
    </p>
  );
}

/** The till. */
export function ShiftPart({
  info,
  live,
  wallet,
  down,
}: {
  info: CafeInfo;
  live: LiveFloor;
  wallet: Wallet;
  down: boolean;
}) {
  const { t } = useTranslation();
  const acting = useAct(info.cafe);
  const [closed, setClosed] = useState<ShiftView>();
  const { shift, seats, spend } = live.floor;
  const playing = seats.filter(({ state }) => isOccupied(state)).length;
  const { currency } = info.settings;
  const facts = shift && {
    float: shift.floatMinor,
    cash: shift.cashTakenMinor,
    card: shift.cardTakenMinor,
    in: shift.paidInMinor,
    out: shift.paidOutMinor,
    expected: shift.expectedMinor,
  };
  return (
    <div className={classes.page} data-shift={shift === undefined ? 'none' : 'open'}>
      {closed !== undefined && shift === undefined && <Closed info={info} shift={closed} />}
      <section className={panel.panel}>
        <h2 className={panel.title}>
          {shift === undefined ? t('cafe.shift.none') : t('cafe.shift.since', { time: dayAndTime(shift.openedAtMs) })}
        </h2>
        {facts === undefined ? (
          <OpenForm info={info} acting={acting} />
        ) : (
          <dl className={panel.facts}>
            {(['float', 'cash', 'card', 'in', 'out', 'expected'] as const).map((name) => (
              <div key={name} className={classes.fact}>
                <dt>{t(`cafe.shift.facts.${name}`)}</dt>
                <dd>{money(facts[name], currency)}</dd>
              </div>
            ))}
          </dl>
        )}
      </section>
      <ConsentCard {...{ info, wallet, seats }} hubMs={live.floor.nowMs} />
      {shift === undefined && <OpeningList {...{ info, live, down }} />}
      <ActProblem acting={acting} />
      {shift !== undefined && (
        <>
          <PaidForm info={info} acting={acting} />
          <p className={panel.small} data-playing={playing}>
            {playing > 0 && `${t('desk.till.playing', { count: playing })} `}
            {t('desk.till.cloud', { dbc: dbc(spend.spentTodayWei, 2) })}
          </p>
          <CloseForm info={info} acting={acting} shift={shift} wallet={wallet} onClosed={setClosed} />
        </>
      )}
    </div>
  );
}

// clients/web/src/pages/cafe/code-sale.tsx - codes are sold: made at once, one or many, or from a batch by the card in the hand.
import { Button } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import type { CafeInfo } from '../../../../../src/protocol/cafe-api.ts';
import type { CafeSettings } from '../../../../../src/protocol/cafe-settings.ts';
import { isGuestCode } from '../../../../../src/protocol/cafe-shapes.ts';
import type { CodeView } from '../../../../../src/protocol/cafe-things.ts';
import { useStore } from '../../app/use-store.ts';
import { dayAndTime } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { TextField } from '../../ui/text-field.tsx';
import { ActProblem } from './act-problem.tsx';
import classes from './cafe.module.css';
import { useWorth, WorthFields, worthName } from './code-worth.tsx';
import { keptByCafe } from './fresh-codes.ts';
import { money } from './local-money.ts';
import { type CounterPay, PaidBy } from './paid-by.tsx';
import { CODE_LENGTH, typedCode } from './typed-code.ts';
import { typedCount } from './typed-number.ts';
import { useAct } from './use-act.ts';

/** Each is a sale with a receipt of its own; a page of labels holds so many. */
const MOST = 24;

/** A code as people read it. */
export const readable = (code: string): string => `${code.slice(0, 4)} ${code.slice(4)}`;

function Sheet({ settings, codes }: { settings: CafeSettings; codes: readonly CodeView[] }) {
  const { t } = useTranslation();
  return (
    <ul className={classes.codes} data-codes={codes.length}>
      {codes.map(({ code, leftMinor, untilMs, package: id }) => (
        <li key={code} data-code={code}>
          <span className={panel.small}>{settings.name}</span>
          <strong className={classes.printedCode}>{readable(code)}</strong>
          <span>
            {t('people.codeHolds', {
              price: worthName(settings, { priceMinor: leftMinor, ...(id === undefined ? {} : { package: id }) }),
              time: dayAndTime(untilMs),
            })}
          </span>
        </li>
      ))}
    </ul>
  );
}

const freshOf = keptByCafe<readonly CodeView[]>([]);

/** What was just sold, in the place of the form: the next sale begins when this one is in the customer's hand. */
function Sold({ info: { cafe, settings }, selling }: { info: CafeInfo; selling: boolean }) {
  const { t } = useTranslation();
  const fresh = freshOf(cafe);
  const codes = useStore(fresh);
  return (
    <>
      <p role="status">{t('people.sold', { count: codes.length })}</p>
      <Sheet {...{ settings, codes }} />
      <div className={classes.acts}>
        <Button autoFocus onClick={() => window.print()}>
          {t('desk.print')}
        </Button>
        <Button variant="default" disabled={selling} onClick={() => fresh.set([])}>
          {t('cards.done')}
        </Button>
      </div>
      {createPortal(
        <div className={classes.printed}>
          <Sheet {...{ settings, codes }} />
        </div>,
        document.body,
      )}
    </>
  );
}

/** Makes and sells. */
export function SellCodes({ info, hasShift }: { info: CafeInfo; hasShift: boolean }) {
  const { t } = useTranslation();
  const { cafe, settings } = info;
  const fresh = freshOf(cafe);
  const acting = useAct(cafe);
  const fields = useWorth(settings);
  const [many, setMany] = useState('1');
  const [pay, setPay] = useState<CounterPay>('cash');
  const sold = useStore(fresh);
  const { worth, days } = fields;
  const count = typedCount(many, 1, MOST);
  const counted = !Number.isNaN(count);
  const good = worth !== undefined && counted && hasShift && !acting.busy;
  const sell = (left: number): void => {
    if (worth === undefined) return;
    acting.act('codes.sell', { ...worth.wish, pay, days: Number(days) }, ({ code }) => {
      if (code !== undefined) fresh.set([...fresh.get(), code]);
      if (left > 1) sell(left - 1);
    });
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (good) sell(count);
  };
  return (
    <section className={`${panel.panel} ${classes.stack}`}>
      <h2 className={panel.title}>{t('people.sell')}</h2>
      {!hasShift && <p className={panel.note}>{t('cafe.floor.noShift')}</p>}
      {sold.length === 0 ? (
        <>
          <form className={classes.form} onSubmit={submit} data-sell-codes>
            <WorthFields {...{ settings, fields }} />
            <TextField
              label={t('people.howMany', { most: MOST })}
              inputMode="numeric"
              value={many}
              maxLength={2}
              onValue={setMany}
            />
            <PaidBy pay={pay} onPay={setPay} />
            <Button type="submit" disabled={!good}>
              {t('people.sellSend')}
            </Button>
          </form>
          {worth !== undefined && counted && (
            <p className={panel.small} aria-live="polite">
              {t('cafe.buy.due', { price: money(BigInt(worth.priceMinor) * BigInt(count), settings.currency) })}
            </p>
          )}
        </>
      ) : (
        <Sold {...{ info }} selling={acting.busy} />
      )}
      <ActProblem acting={acting} />
      <SellCard {...{ hasShift }} cafe={cafe} settings={settings} />
    </section>
  );
}

/** Sells a card of a batch; after each the field is empty for the next one. */
function SellCard({ cafe, settings, hasShift }: Pick<CafeInfo, 'cafe' | 'settings'> & { hasShift: boolean }) {
  const { t } = useTranslation();
  const acting = useAct(cafe);
  const [text, setText] = useState('');
  const [pay, setPay] = useState<CounterPay>('cash');
  const [sold, setSold] = useState<CodeView>();
  const code = typedCode(text);
  const good = isGuestCode(code) && hasShift && !acting.busy;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!good) return;
    setSold(undefined);
    acting.act('codes.activate', { code, pay }, (answer) => {
      setSold(answer.code);
      setText('');
    });
  };
  return (
    <>
      <h3 className={panel.title}>{t('cards.sellCard')}</h3>
      <form className={classes.form} onSubmit={submit} data-sell-card>
        <TextField
          label={t('cards.onCard')}
          value={text}
          maxLength={16}
          error={code.length >= CODE_LENGTH && !isGuestCode(code) ? t('problems.what.CODE_UNKNOWN') : undefined}
          onValue={setText}
        />
        <PaidBy pay={pay} onPay={setPay} />
        <Button type="submit" disabled={!good}>
          {t('people.sellSend')}
        </Button>
      </form>
      {sold !== undefined && (
        <p role="status" data-card-sold={sold.code.slice(-4)}>
          {t('cards.cardSold', {
            ends: sold.code.slice(-4),
            price: money(sold.leftMinor, settings.currency),
            time: dayAndTime(sold.untilMs),
          })}
        </p>
      )}
      <ActProblem acting={acting} />
    </>
  );
}

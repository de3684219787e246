// clients/web/src/pages/play/ticket-panel.tsx - what it costs and what is promised, next to the one button that starts.
import { Button, NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { affordableMs } from '../../../../../src/billing/pricing.ts';
import type { PublicConfig } from '../../../../../src/protocol/http-api.ts';
import type { Game, Quote } from '../../../../../src/protocol/shapes.ts';
import { currentLanguage } from '../../i18n/index.ts';
import type { Plan } from '../../player/planner.ts';
import { consentTerms } from '../../player/start.ts';
import { clock, dayAndTime, dbc, ms, span, usd } from '../../ui/format.ts';
import { GameCover } from '../../ui/game-cover.tsx';
import { Icon } from '../../ui/icons.tsx';
import panel from '../../ui/panel.module.css';
import { priceSource } from '../../ui/price-source.ts';
import { Inputs } from './game-list.tsx';
import classes from './play.module.css';

const MS_PER_HOUR = 3_600_000n;
/** Choices of what the wallet allows for a day, in hours of play. */
export const ALLOWANCE_HOURS = [2, 8, 24] as const;
/** One of them. */
export type AllowanceHours = (typeof ALLOWANCE_HOURS)[number];

function Price({ quote, plan }: { quote: Quote; plan: Plan }) {
  const { t } = useTranslation();
  const rate = BigInt(quote.rateWeiPerHour);
  const balance = BigInt(plan.balanceWei);
  const held = (rate * BigInt(plan.holdMs)) / MS_PER_HOUR;
  return (
    <>
      <p className={classes.price}>
        <strong>{t('play.price.perHour', { dbc: dbc(rate, 2) })}</strong>
        <span>{t('play.price.usd', { usd: t('shell.perHour', { amount: usd(quote.rateMicroUsdPerHour) }) })}</span>
        <small>
          {t('shell.rateTaken', { time: clock(quote.priceAtMs), source: priceSource(t, quote.priceSource) })}
        </small>
      </p>
      <dl className={classes.terms}>
        <div>
          <dt>
            {t('play.price.balance')} {dbc(balance, 2)} DBC
          </dt>
          <dd className={balance < held ? panel.stop : undefined}>
            {balance < held
              ? t('play.price.tooLow')
              : t('play.price.enough', { time: span(Number(affordableMs(rate, balance))) })}
            {plan.capLeftWei !== undefined && ` · ${t('play.price.capLeft')} ${dbc(plan.capLeftWei, 2)} DBC`}
          </dd>
        </div>
        <div>
          <dt>{t('play.price.held')}</dt>
          <dd>{t('play.price.heldText', { dbc: dbc(held, 2) })}</dd>
        </div>
        <div>
          <dt>{t('play.price.promise')}</dt>
          <dd>
            {t('play.price.promiseText', {
              height: quote.promise.height,
              fps: quote.promise.fps,
              rtt: ms(quote.promise.rttCapMs),
            })}
          </dd>
        </div>
      </dl>
    </>
  );
}

function Consent({
  plan,
  hours,
  onHours,
}: {
  plan: Plan;
  hours: AllowanceHours;
  onHours: (hours: AllowanceHours) => void;
}) {
  const { t } = useTranslation();
  const { maxRateWeiPerHour } = consentTerms(plan);
  const amount = (count: number): string => dbc(maxRateWeiPerHour * BigInt(count), 2);
  return (
    <div className={classes.consent}>
      <h2>{t('play.consent.title')}</h2>
      <p>
        {t('play.consent.text', {
          amount: amount(hours),
          until: dayAndTime(Date.now() + 86_400_000),
          rate: dbc(maxRateWeiPerHour, 2),
        })}
      </p>
      <NativeSelect
        size="sm"
        label={t('play.consent.amount')}
        value={String(hours)}
        onChange={({ currentTarget }) =>
          onHours(ALLOWANCE_HOURS.find((count) => String(count) === currentTarget.value) ?? 8)
        }
        data={ALLOWANCE_HOURS.map((count) => ({
          value: String(count),
          label: t('play.consent.hours', { count, dbc: amount(count) }),
        }))}
      />
    </div>
  );
}

/** The panel. `quote`: of the machine that a start would take. */
export function TicketPanel({
  game,
  plan,
  quote,
  full,
  hours,
  onHours,
  onPlay,
}: {
  game: Game;
  config: PublicConfig;
  plan: Plan | undefined;
  quote: Quote | undefined;
  full: boolean;
  hours: AllowanceHours;
  onHours: (hours: AllowanceHours) => void;
  onPlay: () => void;
}) {
  const { t } = useTranslation();
  const language = currentLanguage();
  return (
    <section className={`${panel.panel} ${classes.ticket}`}>
      <div className={classes.ticketCover}>
        <GameCover id={game.id} />
      </div>
      <h1>{game.title[language]}</h1>
      <p className={classes.summary}>{game.summary[language]}</p>
      <Inputs game={game} />
      <Button
        fullWidth
        size="xl"
        className={classes.play}
        leftSection={<Icon name="play" size={24} />}
        onClick={onPlay}
      >
        {full ? t('play.queue') : t('play.go')}
      </Button>
      <div className={classes.money}>
        {plan === undefined || quote === undefined ? (
          <p className={panel.small}>{t('play.measuring')}</p>
        ) : (
          <>
            <Price quote={quote} plan={plan} />
            <Consent plan={plan} hours={hours} onHours={onHours} />
          </>
        )}
      </div>
    </section>
  );
}

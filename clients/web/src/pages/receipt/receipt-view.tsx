// clients/web/src/pages/receipt/receipt-view.tsx - a receipt as a person reads it: what it cost and why, where the money
// went, what was slow and whose it was, why this machine, and the file to keep.
import { Button, useMantineColorScheme } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { verifyReceipt } from '../../../../../src/billing/verify-receipt.ts';
import type { Timeline } from '../../../../../src/protocol/http-api.ts';
import type { Receipt } from '../../../../../src/protocol/receipt.ts';
import { badCauses } from '../../../../../src/protocol/shapes.ts';
import { sumBadMs } from '../../../../../src/session/good-time.ts';
import { currentLanguage } from '../../i18n/index.ts';
import { microUsd } from '../../player/money.ts';
import { clock, dayAndTime, dbc, ms, percent, span, usd } from '../../ui/format.ts';
import { Icon } from '../../ui/icons.tsx';
import panel from '../../ui/panel.module.css';
import { priceSource } from '../../ui/price-source.ts';
import { Radar, type RadarEntry } from '../../ui/radar/radar.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { VerdictLines } from '../verify/verdict-lines.tsx';
import classes from './receipt.module.css';
import { slowOf } from './slow.ts';

const Chart = lazy(async () => ({ default: (await import('./timeline-chart.tsx')).TimelineChart }));
const SAMPLES_MIN = 3;

/** Dollars at the rate of the quote: rate in dollars over rate in coins. */
function inUsd(receipt: Receipt, wei: bigint): string {
  const { rateMicroUsdPerHour, rateWeiPerHour } = receipt.quote;
  const rate = BigInt(rateWeiPerHour);
  const perDbc = rate === 0n ? 0 : Number((BigInt(rateMicroUsdPerHour) * 10n ** 18n) / rate);
  return usd(microUsd(wei, perDbc));
}

function Head({ receipt, title }: { receipt: Receipt; title: string }) {
  const { t } = useTranslation();
  const cost = BigInt(receipt.costWei);
  return (
    <header className={classes.head}>
      <p className={classes.reason}>{t(`ended.reasons.${receipt.reason}`)}</p>
      <h1>{title}</h1>
      <div className={classes.figures}>
        <p>
          <strong className={panel.coin}>{dbc(cost, 6, 2)} DBC</strong>
          <span>{cost === 0n ? t('ended.costFree') : `${t('ended.cost')} · ${inUsd(receipt, cost)}`}</span>
        </p>
        <p>
          <strong>{span(receipt.billedMs)}</strong>
          <span>{t('ended.played')}</span>
        </p>
        <p>
          <strong>{span(sumBadMs(receipt.freeMs))}</strong>
          <span>{t('ended.free')}</span>
        </p>
      </div>
    </header>
  );
}

function useSlowText(receipt: Receipt): string {
  const { t } = useTranslation();
  const slow = slowOf(receipt.freeMs, receipt.billedMs);
  if (slow.kind === 'fine') return t('ended.slow.fine');
  if (!('cause' in slow)) return t(`ended.slow.${slow.kind}`, { time: span(slow.ms) });
  return t(`ended.slow.${slow.kind}`, { cause: `${t(`ended.causes.${slow.cause}`)}, ${span(slow.ms)}` });
}

function Session({ receipt, timeline }: { receipt: Receipt; timeline: Timeline | undefined }) {
  const { t } = useTranslation();
  const { colorScheme } = useMantineColorScheme();
  const slow = useSlowText(receipt);
  return (
    <section className={panel.panel}>
      <h2 className={panel.title}>{t('ended.timelineTitle')}</h2>
      {timeline !== undefined && timeline.samples.length >= SAMPLES_MIN ? (
        <Suspense fallback={<div className={classes.chartPlace} />}>
          <Chart timeline={timeline} scheme={document.documentElement.dataset.mantineColorScheme ?? colorScheme} />
        </Suspense>
      ) : (
        <p className={panel.small}>{t('ended.timelineNone')}</p>
      )}
      <p className={classes.slow}>{slow}</p>
      <dl className={panel.facts}>
        {badCauses
          .filter((cause) => receipt.freeMs[cause] > 0)
          .map((cause) => (
            <div key={cause} className={classes.factRow}>
              <dt>{t(`ended.causes.${cause}`)}</dt>
              <dd>{span(receipt.freeMs[cause])}</dd>
            </div>
          ))}
      </dl>
    </section>
  );
}

const PARTS = ['operator', 'burn', 'platform'] as const;

function Money({ receipt }: { receipt: Receipt }) {
  const { t } = useTranslation();
  const cost = BigInt(receipt.costWei);
  const amounts = {
    operator: BigInt(receipt.operatorWei),
    burn: BigInt(receipt.burnWei),
    platform: BigInt(receipt.platformWei),
  };
  const share = (wei: bigint): number => (cost === 0n ? 0 : Number((wei * 10_000n) / cost) / 10_000);
  const { quote } = receipt;
  return (
    <section className={panel.panel}>
      <h2 className={panel.title}>{t('ended.splitTitle')}</h2>
      {cost > 0n && (
        <div className={classes.split} aria-hidden="true">
          {PARTS.map((part) => (
            <i key={part} className={classes.part} data-part={part} style={{ flexGrow: share(amounts[part]) }} />
          ))}
        </div>
      )}
      <dl className={classes.splitList}>
        {PARTS.map((part) => (
          <div key={part}>
            <dt>
              <i className={classes.part} data-part={part} aria-hidden="true" />
              {t(`ended.split.${part}`)} <small>{percent(share(amounts[part]))}</small>
              {part === 'burn' && <small>{t(`ended.burned.${receipt.burned}`)}</small>}
            </dt>
            <dd>{dbc(amounts[part], 6, 2)} DBC</dd>
          </div>
        ))}
      </dl>
      <dl className={panel.facts}>
        <dt>{t('ended.rate')}</dt>
        <dd>
          {t('shell.perHour', { amount: `${dbc(quote.rateWeiPerHour, 4)} DBC` })}
          <br />
          <small className={panel.small}>
            {usd(quote.rateMicroUsdPerHour)} ·{' '}
            {t('shell.rateTaken', { time: clock(quote.priceAtMs), source: priceSource(t, quote.priceSource) })}
          </small>
        </dd>
        <dt>{t('ended.held')}</dt>
        <dd>{dbc(receipt.heldWei, 6, 2)} DBC</dd>
        <dt>{t('ended.released')}</dt>
        <dd>{dbc(receipt.releasedWei, 6, 2)} DBC</dd>
      </dl>
    </section>
  );
}

function Choice({ receipt }: { receipt: Receipt }) {
  const { t } = useTranslation();
  const { choice } = receipt;
  const best = new Map<string, RadarEntry>();
  for (const { node, name, rttMinMs } of choice.ranked) {
    const known = best.get(node)?.rttMs ?? Number.POSITIVE_INFINITY;
    if (rttMinMs < known) best.set(node, { id: node, name, rttMs: rttMinMs, chosen: node === choice.node });
  }
  const won = choice.ranked.find(({ node, path }) => node === choice.node && path === choice.path);
  const text = t(`ended.choice.${choice.reason}`, {
    node: receipt.nodeName,
    rtt: won === undefined ? '' : ms(won.rttMinMs),
    path: t(`shell.path.${choice.path}`),
  });
  return (
    <section className={panel.panel}>
      <h2 className={panel.title}>{t('ended.choiceTitle')}</h2>
      {best.size > 0 && <Radar entries={[...best.values()]} label={text} height={210} />}
      <p className={classes.why}>{text}</p>
      <dl className={panel.facts}>
        <dt>{t('ended.node')}</dt>
        <dd>
          {receipt.nodeName} · {receipt.region}
        </dd>
        <dt>{t('ended.when')}</dt>
        <dd>{dayAndTime(receipt.startedAtMs)}</dd>
        <dt>{t('stream.hud.session')}</dt>
        <dd>
          <code>{receipt.session}</code>
        </dd>
      </dl>
    </section>
  );
}

function Checked({ receipt }: { receipt: Receipt }) {
  const { t } = useTranslation();
  const verdict = useMemo(() => verifyReceipt(receipt), [receipt]);
  const wrong = verdict.lines.find((line) => line.wrong !== undefined);
  return (
    <section className={panel.panel} data-checked={wrong?.id ?? 'ok'}>
      <p className={`${panel.note} ${wrong === undefined ? panel.near : panel.stop}`}>
        <Icon name={wrong === undefined ? 'shield' : 'warn'} />
        <span>
          <strong>{t('ended.checkedTitle')}.</strong>{' '}
          {wrong === undefined
            ? t('ended.checked', { lines: verdict.lines.length })
            : t('ended.checkFailed', { what: t(`verify.lines.${wrong.id}.name`) })}
        </span>
      </p>
      <details className={classes.lines}>
        <summary>{t('ended.checkedLines')}</summary>
        <VerdictLines verdict={verdict} words={t('verify', { returnObjects: true })} language={currentLanguage()} />
      </details>
      <p className={panel.small}>
        {t('ended.keep')} <Link to="/verify">{t('verify.title')}</Link>
      </p>
    </section>
  );
}

function download(receipt: Receipt): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(receipt, null, 2)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `nearcade-${receipt.session}.json`;
  link.click();
  URL.revokeObjectURL(url);
}

/** The receipt; `children`: what one can do next. */
export function ReceiptView({
  receipt,
  timeline,
  title,
  children,
}: {
  receipt: Receipt;
  timeline: Timeline | undefined;
  title: string;
  children?: ReactNode;
}) {
  const { t } = useTranslation();
  useTitle(`${t('ended.title')}, ${title}`);
  return (
    <div className={classes.receipt}>
      <Head receipt={receipt} title={title} />
      <div className={classes.acts}>
        {children}
        <Button variant="default" leftSection={<Icon name="download" size={18} />} onClick={() => download(receipt)}>
          {t('ended.download')}
        </Button>
      </div>
      <Session receipt={receipt} timeline={timeline} />
      <div className={classes.two}>
        <Money receipt={receipt} />
        <Choice receipt={receipt} />
      </div>
      <Checked receipt={receipt} />
    </div>
  );
}

// clients/web/src/pages/node/price-part.tsx - what a premium brings: the pool's middle premium by class, where the own machines
// stand, and what is left of a paid hour at each tier of the burn, by the rule that the ledger uses (billing/operator-net.ts).
import '@mantine/core/styles/Input.css';
import { NativeSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hourByTier } from '../../../../../src/billing/operator-net.ts';
import type { Market, OperatorNodes } from '../../../../../src/protocol/http-api.ts';
import { moneyCalls } from '../../app/money-calls.ts';
import { need } from '../../player/api.ts';
import { basisPoints, dbc, plain, usd } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { NumberCell, ScrollTable } from '../../ui/scroll-table.tsx';
import classes from './node.module.css';
import { BPS_PERCENT, percentOf } from './premium.ts';

const REFRESH_MS = 30_000;
/** Micro-dollars and wei of a DBC. */
const WEI_PER_DBC = 10n ** 18n;

type Nodes = OperatorNodes['nodes'];
type Row = Market['classes'][number];

function Hours({ market, row, premiumBps }: { market: Market; row: Row; premiumBps: number }) {
  const { t } = useTranslation();
  const { policy, platformBps, microUsdPerDbc } = market;
  const terms = {
    microUsdPerHour: BigInt(row.baseMicroUsdPerHour),
    premiumBps: BigInt(premiumBps),
    nanoUsdPerDbc: BigInt(microUsdPerDbc) * 1_000n,
    platformBps: BigInt(platformBps),
  };
  const dollars = (wei: bigint): string => usd((wei * BigInt(microUsdPerDbc)) / WEI_PER_DBC);
  return (
    <ScrollTable
      name={t('bench.price.table')}
      head={[
        { name: t('bench.price.tier') },
        { name: t('bench.price.keep'), number: true },
        { name: t('bench.price.pays'), number: true },
        { name: t('bench.price.burned'), number: true },
        { name: t('bench.price.fee'), number: true },
      ]}
    >
      {hourByTier(terms, policy).map((hour, tier) => (
        <tr key={hour.gpusFrom} data-tier={tier} data-now={tier === policy.tier} className={classes.tier}>
          <td>
            {t('bench.price.from', { gpus: plain(hour.gpusFrom), burn: basisPoints(hour.burnBps) })}
            {tier === policy.tier && <small className={classes.beside}>{t('bench.price.now')}</small>}
          </td>
          <NumberCell>
            <strong>{dbc(hour.operatorWei, 3, 2)} DBC</strong>
            <small className={classes.beside}>{dollars(hour.operatorWei)}</small>
          </NumberCell>
          <NumberCell>{dbc(hour.costWei, 3, 2)}</NumberCell>
          <NumberCell>{dbc(hour.burnWei, 3, 2)}</NumberCell>
          <NumberCell>{dbc(hour.platformWei, 3, 2)}</NumberCell>
        </tr>
      ))}
    </ScrollTable>
  );
}

function Price({ market, nodes }: { market: Market; nodes: Nodes }) {
  const { t } = useTranslation();
  const [first] = market.yours;
  const own = nodes.find(({ node }) => node === first?.node);
  const [gpuClass, setClass] = useState(first?.gpuClass ?? market.classes[0]?.gpuClass ?? '');
  const row = market.classes.find((each) => each.gpuClass === gpuClass);
  const [typed, setTyped] = useState(String((own?.premiumBps ?? row?.medianPremiumBps ?? 0) / BPS_PERCENT));
  const percent = percentOf(typed);
  if (row === undefined) return null;
  const { machines, medianPremiumBps } = row;
  return (
    <section className={panel.panel} data-price={gpuClass}>
      <h2 className={panel.title}>{t('bench.price.title')}</h2>
      <p>{t('bench.price.text')}</p>
      <div className={classes.stakeForm}>
        <NativeSelect
          label={t('bench.price.class')}
          value={gpuClass}
          data={market.classes.map((each) => ({
            value: each.gpuClass,
            label: t('bench.price.classOf', { of: each.gpuClass, base: usd(each.baseMicroUsdPerHour) }),
          }))}
          onChange={({ currentTarget }) => setClass(currentTarget.value)}
        />
        <TextInput
          label={t('bench.price.try')}
          inputMode="decimal"
          value={typed}
          error={percent === undefined ? t('node.machine.premiumBad') : undefined}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        />
      </div>
      <p data-median={medianPremiumBps ?? 'none'}>
        {medianPremiumBps === undefined
          ? t('bench.price.alone')
          : t('bench.price.median', { count: machines, premium: basisPoints(medianPremiumBps) })}
      </p>
      <ul className={classes.standing}>
        {market.yours.map(({ node, percentile }) => {
          const machine = nodes.find((each) => each.node === node);
          return (
            machine !== undefined && (
              <li key={node} data-percentile={percentile}>
                {t('bench.price.standing', {
                  name: machine.name,
                  premium: basisPoints(machine.premiumBps),
                  percentile: plain(percentile),
                })}
              </li>
            )
          );
        })}
      </ul>
      {percent !== undefined && <Hours market={market} row={row} premiumBps={Math.round(percent * BPS_PERCENT)} />}
      {market.yours.length > 0 && <p className={panel.small}>{t('bench.price.percentile')}</p>}
      <p className={panel.small}>
        {t('bench.price.rule', { policy: market.policy.name, fee: basisPoints(market.platformBps) })}
      </p>
    </section>
  );
}

/** The price of the operator's machines; `ready` once logged in. */
export function PricePart({ address, ready, nodes }: { address: string; ready: boolean; nodes: Nodes }) {
  const { data: market } = useQuery({
    queryKey: ['operator-market', address, nodes.map(({ premiumBps }) => premiumBps).join()],
    queryFn: () => need(moneyCalls.market()),
    enabled: ready,
    refetchInterval: REFRESH_MS,
  });
  return market === undefined ? null : <Price market={market} nodes={nodes} />;
}

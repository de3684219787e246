// clients/web/src/pages/node/earnings-part.tsx - what an operator earned: redeemable, redeemed, burned under which policy, by
// day; and the claim of what lies on the chain.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ChainFacts } from '../../../../../src/protocol/http-api.ts';
import type { Earnings } from '../../../../../src/protocol/money-api.ts';
import { moneyCalls } from '../../app/money-calls.ts';
import { useChainAct } from '../../app/use-chain-act.ts';
import { need } from '../../player/api.ts';
import type { Wallet } from '../../player/ports.ts';
import { ActStatus } from '../../ui/act-status.tsx';
import { basisPoints, dbc, span } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { NumberCell, ScrollTable } from '../../ui/scroll-table.tsx';
import { escrowCalls } from '../../wallet/contract-calls.ts';
import type { ChainAccount } from '../../wallet/contract-reads.ts';
import classes from './node.module.css';

const REFRESH_MS = 5_000;

function Claim({ chain, account, wallet }: { chain: ChainFacts; account: ChainAccount; wallet: Wallet }) {
  const { t } = useTranslation();
  const { act, run, busy } = useChainAct(wallet, chain, account);
  const { escrow } = chain;
  const earned = account.earnedWei;
  return (
    <div data-claim={earned.toString()}>
      {earned === 0n ? (
        <p className={panel.small}>{t('node.earnings.nothing')}</p>
      ) : (
        <Button disabled={busy} onClick={() => void run(escrowCalls.claim(escrow, wallet.address))}>
          {t('node.earnings.claim', { amount: dbc(earned, 6, 2) })}
        </Button>
      )}
      <ActStatus act={act} chain={chain} />
    </div>
  );
}

function Sums({ earnings }: { earnings: Earnings }) {
  const { t } = useTranslation();
  const today = new Date().toISOString().slice(0, 'YYYY-MM-DD'.length);
  const sums = [
    ['earned', earnings.earnedWei, panel.near],
    ['today', earnings.byDay.find(({ day }) => day === today)?.earnedWei ?? '0', undefined],
    ['redeemable', earnings.redeemableWei, undefined],
    ['redeemed', earnings.redeemedWei, undefined],
    ['burned', earnings.burnedWei, panel.coin],
    ['fee', earnings.platformWei, undefined],
    ['running', earnings.runningWei, undefined],
  ] as const;
  return (
    <div className={classes.sums}>
      {sums.map(([name, wei, tone]) => (
        <p key={name} data-sum={name}>
          <strong className={tone}>
            {dbc(wei, 6, 2)} <small>{earnings.currency}</small>
          </strong>
          <span>{t(`node.earnings.${name}`)}</span>
        </p>
      ))}
    </div>
  );
}

function Tables({ earnings }: { earnings: Earnings }) {
  const { t } = useTranslation();
  return (
    <>
      {earnings.byPolicy.length > 0 && (
        <>
          <h3 className={classes.sub}>{t('node.earnings.byPolicy')}</h3>
          <ScrollTable
            name={t('node.earnings.byPolicy')}
            head={[
              { name: t('node.earnings.policyName') },
              { name: t('node.earnings.share'), number: true },
              { name: t('node.earnings.games'), number: true },
              { name: t('node.earnings.burned'), number: true },
            ]}
          >
            {earnings.byPolicy.map(({ policy, burnBps, sessions, burnedWei }) => (
              <tr key={policy + burnBps}>
                <td>{policy}</td>
                <NumberCell>{basisPoints(burnBps)}</NumberCell>
                <NumberCell>{sessions}</NumberCell>
                <NumberCell>{dbc(burnedWei, 6, 2)}</NumberCell>
              </tr>
            ))}
          </ScrollTable>
        </>
      )}
      {earnings.byDay.length > 0 && (
        <>
          <h3 className={classes.sub}>{t('node.earnings.byDay')}</h3>
          <ScrollTable
            name={t('node.earnings.byDay')}
            head={[
              { name: t('node.earnings.day') },
              { name: t('node.earnings.games'), number: true },
              { name: t('node.earnings.time'), number: true },
              { name: t('node.earnings.earned'), number: true },
            ]}
          >
            {earnings.byDay.map(({ day, sessions, billedMs, earnedWei }) => (
              <tr key={day}>
                <td>{day}</td>
                <NumberCell>{sessions}</NumberCell>
                <NumberCell>{span(billedMs)}</NumberCell>
                <NumberCell>{dbc(earnedWei, 6, 2)}</NumberCell>
              </tr>
            ))}
          </ScrollTable>
        </>
      )}
    </>
  );
}

/** What one earned, and the way out of it. */
export function EarningsPart({
  wallet,
  ready,
  chain,
  account,
  off,
}: {
  wallet: Wallet;
  /** This hub uses no chain. */
  off: boolean;
  ready: boolean;
  chain: ChainFacts | undefined;
  account: ChainAccount | undefined;
}) {
  const { t } = useTranslation();
  const { data: earnings } = useQuery({
    queryKey: ['earnings', wallet.address],
    queryFn: () => need(moneyCalls.earnings()),
    enabled: ready,
    refetchInterval: REFRESH_MS,
  });
  if (earnings === undefined) return null;
  const { policy } = earnings;
  return (
    <section className={panel.panel} data-earnings>
      <h2 className={panel.title}>{t('node.earnings.title')}</h2>
      <Sums earnings={earnings} />
      <p>
        {t('node.earnings.policy', {
          policy: policy.name,
          tier: policy.gpuTier,
          burn: basisPoints(policy.burnBps),
          fee: basisPoints(policy.platformBps),
        })}
      </p>
      {chain === undefined && off && <p className={panel.small}>{t('node.earnings.noChain')}</p>}
      {chain !== undefined && account !== undefined && <Claim chain={chain} account={account} wallet={wallet} />}
      <Tables earnings={earnings} />
    </section>
  );
}

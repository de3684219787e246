// clients/web/src/pages/node/node-page.tsx - the operator's page: the steps to a first player, a join command, the machines, what
// they earned and how to take it out, the stake, and plainly what is not here yet.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Address } from '../../../../../src/protocol/typed-data.ts';
import { useChain } from '../../app/use-chain.ts';
import { useLogin } from '../../app/use-login.ts';
import { type Gate, WalletGate } from '../../app/wallet-gate.tsx';
import { api, need } from '../../player/api.ts';
import { type PlayerProblem, problem, problemFrom } from '../../player/problem.ts';
import { CopyText } from '../../ui/copy-text.tsx';
import { dayAndTime } from '../../ui/format.ts';
import { Icon } from '../../ui/icons.tsx';
import { LedgerPanel } from '../../ui/ledger-panel.tsx';
import panel from '../../ui/panel.module.css';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { AlertsPart } from './alerts-part.tsx';
import { BenchPart } from './bench-part.tsx';
import { EarningsPart } from './earnings-part.tsx';
import { EndedPart } from './ended-part.tsx';
import { LivePart } from './live-part.tsx';
import { MachinesPart } from './machines-part.tsx';
import classes from './node.module.css';
import { PricePart } from './price-part.tsx';
import { ReportPart } from './report-part.tsx';
import { StakePart } from './stake-part.tsx';
import { StepsPart } from './steps-part.tsx';

const REFRESH_MS = 5_000;

type Joining = { readonly command: string; readonly expiresAtMs: number };

function Join() {
  const { t } = useTranslation();
  const [joining, setJoining] = useState<Joining>();
  const [refused, setRefused] = useState<PlayerProblem>();
  const make = async (): Promise<void> => {
    const token = await api.nodeToken();
    setRefused(token.ok ? undefined : problemFrom(token.error));
    if (token.ok) setJoining(token.value);
  };
  return (
    <section className={panel.panel}>
      <h2 className={panel.title}>{t('node.join.title')}</h2>
      <p>{t('node.join.text')}</p>
      {joining !== undefined && (
        <div className={classes.command}>
          <p>{t('node.join.command')}</p>
          <CopyText text={joining.command} block />
          {/--hub https?:\/\/(127\.|localhost|\[::1\])/.test(joining.command) && (
            <p className={panel.warn}>{t('node.join.loopback')}</p>
          )}
          <p className={panel.small}>
            {t('node.join.until', { time: dayAndTime(joining.expiresAtMs) })} {t('node.join.seen')}
          </p>
        </div>
      )}
      {refused !== undefined && <ProblemCard problem={refused} />}
      <Button
        variant={joining === undefined ? 'filled' : 'default'}
        leftSection={<Icon name="chip" size={18} />}
        onClick={() => void make().catch(() => setRefused(problem('HUB_UNREACHABLE')))}
      >
        {t(joining === undefined ? 'node.join.make' : 'node.join.another')}
      </Button>
    </section>
  );
}

function Operator(gate: Gate) {
  const login = useLogin(gate);
  const ready = login === 'ready';
  const { data, refetch } = useQuery({
    queryKey: ['operator-nodes', gate.wallet.address],
    queryFn: () => need(api.operatorNodes()),
    enabled: ready,
    refetchInterval: REFRESH_MS,
  });
  const own = useMemo(
    () => [...(data?.nodes ?? []), ...(data?.former ?? [])].map(({ node }) => node as string as Address),
    [data],
  );
  const { chain, account } = useChain(gate, ready, own);
  if (typeof login === 'object') return <ProblemCard problem={login} />;
  return (
    <div className={classes.page}>
      {data !== undefined && <StepsPart nodes={data.nodes} />}
      {ready && <Join key={`join ${data?.nodes.length ?? 0}`} />}
      {data !== undefined && (
        <MachinesPart wallet={gate.wallet.address} nodes={data.nodes} onChanged={() => void refetch()} />
      )}
      <LivePart wallet={gate.wallet.address} ready={ready} config={gate.config} />
      <EndedPart wallet={gate.wallet.address} ready={ready} config={gate.config} />
      {data !== undefined && <BenchPart nodes={data.nodes} />}
      {data !== undefined && <PricePart address={gate.wallet.address} ready={ready} nodes={data.nodes} />}
      <EarningsPart
        wallet={gate.wallet}
        ready={ready}
        chain={chain}
        account={account}
        off={gate.config.chainMode === 'off'}
      />
      {chain !== undefined && account !== undefined && data !== undefined && (
        <StakePart
          key={`stake ${data.nodes.length}`}
          chain={chain}
          account={account}
          nodes={data.nodes}
          former={data.former}
          wallet={gate.wallet}
        />
      )}
      <AlertsPart wallet={gate.wallet.address} ready={ready} />
      <ReportPart wallet={gate.wallet.address} ready={ready} />
      <LedgerPanel of="operator" ready={ready} />
    </div>
  );
}

/** /node */
export function Page() {
  const { t } = useTranslation();
  useTitle(t('node.title'));
  return (
    <>
      <h1 className={panel.pageTitle}>{t('node.title')}</h1>
      <p className={panel.lead}>{t('node.lead')}</p>
      <WalletGate>{(gate) => <Operator key={gate.wallet.address} {...gate} />}</WalletGate>
    </>
  );
}

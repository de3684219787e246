// clients/web/src/pages/node/node-page.tsx - the operator's page: the steps to a first player, a join command, the machines, what they earned and how to
// take it out, the stake, and plainly what is not here yet.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OperatorNodes } from '../../../../../src/protocol/http-api.ts';
import type { Address } from '../../../../../src/protocol/typed-data.ts';
import { useChain } from '../../app/use-chain.ts';
import { useLogin } from '../../app/use-login.ts';
import { type Gate, WalletGate } from '../../app/wallet-gate.tsx';
import { api, need } from '../../player/api.ts';
import { type PlayerProblem, problem, problemFrom } from '../../player/problem.ts';
import { CopyText } from '../../ui/copy-text.tsx';
import { ago, basisPoints, clock, dbc } from '../../ui/format.ts';
import { Icon } from '../../ui/icons.tsx';
import { LedgerPanel } from '../../ui/ledger-panel.tsx';
import panel from '../../ui/panel.module.css';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { NumberCell, ScrollTable } from '../../ui/scroll-table.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { EarningsPart } from './earnings-part.tsx';
import { MachineDialog } from './machine-dialog.tsx';
import classes from './node.module.css';
import { StakePart } from './stake-part.tsx';
import { StepsPart } from './steps-part.tsx';

const SEEN_NOW_MS = 15_000;
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
          <p className={panel.small}>
            {t('node.join.until', { time: clock(joining.expiresAtMs) })} {t('node.join.seen')}
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

function Machines({ nodes, onChanged }: { nodes: OperatorNodes['nodes']; onChanged: () => void }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState<string>();
  const open = nodes.find(({ node }) => node === opened);
  const total = nodes.reduce((sum, { earnedWei }) => sum + BigInt(earnedWei), 0n);
  return (
    <section className={panel.panel}>
      <h2 className={panel.title}>{t('node.list.title')}</h2>
      {nodes.length === 0 ? (
        <p>{t('node.list.none')}</p>
      ) : (
        <>
          <p className={classes.total}>
            <strong className={panel.near}>{dbc(total, 4, 2)} DBC</strong> <span>{t('node.total')}</span>
          </p>
          <ScrollTable
            name={t('node.list.title')}
            head={[
              { name: t('node.list.name') },
              { name: t('node.list.region') },
              { name: t('node.list.state') },
              { name: t('node.list.seats') },
              { name: t('node.list.premium'), number: true },
              { name: t('node.list.earned'), number: true },
              { name: t('node.list.seen') },
              { name: t('node.list.change') },
            ]}
          >
            {nodes.map(({ node, name, region, state, stage, slots, freeSlots, premiumBps, earnedWei, seenAtMs }) => (
              <tr key={node}>
                <td>{name}</td>
                <td>{region}</td>
                <td>
                  <span className={classes.state} data-state={state}>
                    <i aria-hidden="true" />
                    {t(`node.list.stages.${stage}`)}
                  </span>
                </td>
                <td>{t('node.list.seatsOf', { used: slots - freeSlots, all: slots })}</td>
                <NumberCell>{basisPoints(premiumBps)}</NumberCell>
                <NumberCell>{dbc(earnedWei, 4, 2)} DBC</NumberCell>
                <td>{Date.now() - seenAtMs < SEEN_NOW_MS ? t('node.list.now') : ago(Date.now() - seenAtMs)}</td>
                <td>
                  <Button
                    variant="default"
                    aria-label={t('node.machine.title', { name })}
                    onClick={() => setOpened(node)}
                  >
                    {t('node.list.change')}
                  </Button>
                </td>
              </tr>
            ))}
          </ScrollTable>
        </>
      )}
      {open !== undefined && (
        <MachineDialog
          key={open.node}
          machine={open}
          onClose={(changed) => {
            setOpened(undefined);
            if (changed) onChanged();
          }}
        />
      )}
    </section>
  );
}

function Operator(gate: Gate) {
  const { t } = useTranslation();
  const login = useLogin(gate);
  const ready = login === 'ready';
  const { data, refetch } = useQuery({
    queryKey: ['operator-nodes', gate.wallet.address],
    queryFn: () => need(api.operatorNodes()),
    enabled: ready,
    refetchInterval: REFRESH_MS,
  });
  const own = useMemo(() => (data?.nodes ?? []).map(({ node }) => node as string as Address), [data]);
  const { chain, account } = useChain(gate, ready, own);
  if (typeof login === 'object') return <ProblemCard problem={login} />;
  return (
    <div className={classes.page}>
      {data !== undefined && <StepsPart nodes={data.nodes} />}
      {ready && <Join />}
      {data !== undefined && <Machines nodes={data.nodes} onChanged={() => void refetch()} />}
      <EarningsPart
        wallet={gate.wallet}
        ready={ready}
        chain={chain}
        account={account}
        off={gate.config.chainMode === 'off'}
      />
      {chain !== undefined && account !== undefined && data !== undefined && (
        <StakePart key={data.nodes.length} chain={chain} account={account} nodes={data.nodes} wallet={gate.wallet} />
      )}
      <LedgerPanel of="operator" ready={ready} />
      <section className={`${panel.panel} ${classes.notYet}`}>
        <h2 className={panel.title}>{t('node.notYet.title')}</h2>
        <p>{t('node.notYet.text')}</p>
      </section>
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

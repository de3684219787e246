// clients/web/src/pages/node/stake-part.tsx - the stake of each machine: put in, asked back, taken out. The machine itself
// signs that its operator may stake for it, so that nobody stakes for a machine that is not theirs.
import '@mantine/core/styles/Input.css';
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChainFacts, OperatorNodes } from '../../../../../src/protocol/http-api.ts';
import type { Address } from '../../../../../src/protocol/typed-data.ts';
import { moneyCalls } from '../../app/money-calls.ts';
import { rpcOf } from '../../app/use-chain.ts';
import { useChainAct } from '../../app/use-chain-act.ts';
import type { Wallet } from '../../player/ports.ts';
import { ActStatus } from '../../ui/act-status.tsx';
import { dayAndTime, dbc, span } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { NumberCell, ScrollTable } from '../../ui/scroll-table.tsx';
import { escrowCalls, stakeCalls } from '../../wallet/contract-calls.ts';
import { bindNonce, type ChainAccount, chainTimeMs } from '../../wallet/contract-reads.ts';
import classes from './node.module.css';
import { countsFor, readStakeForm } from './stake-form.ts';

type Facts = {
  readonly chain: ChainFacts;
  readonly account: ChainAccount;
  readonly nodes: OperatorNodes['nodes'];
  readonly former: OperatorNodes['former'];
  readonly wallet: Wallet;
};

/** Stakes of the visitor's machines. */
export function StakePart({ chain, account, nodes, former, wallet }: Facts) {
  const { t } = useTranslation();
  const { act, run, busy } = useChainAct(wallet, chain, account);
  const [node, setNode] = useState<string>((nodes.find((each) => !each.staked) ?? nodes[0])?.node ?? '');
  const [typed, setTyped] = useState<string>();
  const [unbound, setUnbound] = useState(false);
  const { registry } = chain;
  const nameOf = (id: string): string =>
    [...nodes, ...former].find((each) => each.node === id)?.name ?? id.slice(0, 10);
  const cardsOf = (id: string): number => nodes.find((each) => each.node === id)?.cards ?? 1;
  const kept = account.stakes.find((each) => each.node === node);
  const gpus = typed ?? String(Math.max(cardsOf(node), kept?.gpus ?? 0));
  const form = readStakeForm(gpus, kept, account.stakeWeiPerGpu);
  const few = form.kind === 'ready' && form.gpus < cardsOf(node);
  const amountWei = form.kind === 'ready' ? form.amountWei : 0n;
  const stake = async (): Promise<void> => {
    if (form.kind !== 'ready') return;
    const nonce = await bindNonce(rpcOf(wallet, chain), registry, node as Address);
    const bound = await moneyCalls.binding(node, nonce);
    setUnbound(!bound.ok);
    if (!bound.ok) return;
    const { signature: binding } = bound.value;
    await run(stakeCalls.stake(registry, { node: node as Address, gpus: form.gpus, binding, amountWei }));
  };
  const poor = account.coinsWei < amountWei;
  const back = account.stakeBackWei;
  return (
    <section className={panel.panel} data-stakes={account.stakes.length}>
      <h2 className={panel.title}>{t('node.stake.title')}</h2>
      <p>{t('node.stake.text', { amount: dbc(account.stakeWeiPerGpu), time: span(account.exitDelayMs) })}</p>
      {account.stakes.length === 0 ? (
        <p>{t('node.stake.none')}</p>
      ) : (
        <ScrollTable
          name={t('node.stake.title')}
          head={[
            { name: t('node.stake.machine') },
            { name: t('node.stake.gpus'), number: true },
            { name: t('node.stake.amount'), number: true },
            { name: t('node.stake.state') },
            { name: t('node.stake.change') },
          ]}
        >
          {account.stakes.map((each) => {
            const id = each.node;
            const counts = { has: countsFor(each, account.stakeWeiPerGpu), gpus: cardsOf(id) };
            const left = each.exitAtMs > 0 && each.exitAtMs <= chainTimeMs(account, Date.now());
            return (
              <tr key={each.node}>
                <td>{nameOf(each.node)}</td>
                <NumberCell>{each.gpus}</NumberCell>
                <NumberCell>{dbc(each.amountWei, 6, 2)} DBC</NumberCell>
                <td>
                  {each.exitAtMs === 0
                    ? t(counts.has < counts.gpus ? 'node.stake.short' : 'node.stake.active', counts)
                    : left
                      ? t('node.stake.left')
                      : t('node.stake.leaving', { when: dayAndTime(each.exitAtMs) })}
                </td>
                <td className={classes.stakeActs}>
                  {each.exitAtMs === 0 && (
                    <Button
                      variant="default"
                      disabled={busy}
                      onClick={() => void run(stakeCalls.requestExit(registry, id))}
                    >
                      {t('node.stake.exit')}
                    </Button>
                  )}
                  {each.exitAtMs > 0 && (
                    <Button
                      variant="default"
                      disabled={busy}
                      onClick={() => void run(stakeCalls.cancelExit(registry, id))}
                    >
                      {t('node.stake.stay')}
                    </Button>
                  )}
                  {left && (
                    <Button disabled={busy} onClick={() => void run(stakeCalls.exit(registry, id))}>
                      {t('node.stake.out')}
                    </Button>
                  )}
                </td>
              </tr>
            );
          })}
        </ScrollTable>
      )}
      {nodes.length > 0 && (
        <div className={classes.stakeForm}>
          <NativeSelect
            label={t('node.stake.pick')}
            value={node}
            data={nodes.map((each) => ({ value: each.node, label: each.name }))}
            onChange={({ currentTarget }) => {
              setNode(currentTarget.value);
              setTyped(undefined);
            }}
          />
          <TextInput
            label={t('node.stake.count')}
            inputMode="numeric"
            value={gpus}
            error={form.kind === 'count' || form.kind === 'fewer' ? t(`node.stake.faults.${form.kind}`) : undefined}
            onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          />
          <Button
            disabled={busy || poor || form.kind !== 'ready'}
            onClick={() => void stake().catch(() => setUnbound(true))}
          >
            {form.kind === 'ready' && t('node.stake.send', { amount: dbc(amountWei) })}
            {form.kind === 'complete' && t('node.stake.complete')}
            {form.kind !== 'ready' && form.kind !== 'complete' && t('node.stake.add')}
          </Button>
        </div>
      )}
      {few && <p className={panel.warn}>{t('node.stake.few', { gpus: cardsOf(node) })}</p>}
      {nodes.length > 0 && form.kind === 'leaving' && <p className={panel.small}>{t('node.stake.faults.leaving')}</p>}
      {nodes.length > 0 && poor && (
        <p className={panel.warn}>
          {t('node.stake.poor', { have: dbc(account.coinsWei, 6, 2), need: dbc(amountWei) })}
        </p>
      )}
      {unbound && <p className={panel.warn}>{t('node.stake.unbound')}</p>}
      {back > 0n && (
        <Button mt="sm" disabled={busy} onClick={() => void run(escrowCalls.claim(registry, wallet.address))}>
          {t('node.stake.claim', { amount: dbc(back, 6, 2) })}
        </Button>
      )}
      <ActStatus act={act} chain={chain} />
    </section>
  );
}

// clients/web/src/pages/account/coins-panel.tsx - what the visitor has on the chain, and the two ways in and out.
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChainFacts } from '../../../../../src/protocol/http-api.ts';
import { useChain } from '../../app/use-chain.ts';
import type { Gate } from '../../app/wallet-gate.tsx';
import type { Wallet } from '../../player/ports.ts';
import { CopyText } from '../../ui/copy-text.tsx';
import { dbc } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import type { ChainAccount } from '../../wallet/contract-reads.ts';
import classes from './account.module.css';
import { DepositDialog } from './deposit-dialog.tsx';
import { WithdrawDialog } from './withdraw-dialog.tsx';

function Here({ chain, account, wallet }: { chain: ChainFacts; account: ChainAccount; wallet: Wallet }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<'deposit' | 'withdraw'>();
  const parts = [
    [t('account.coins.wallet'), account.coinsWei],
    [t('account.coins.escrow'), account.balanceWei],
    [t('account.coins.leaving'), account.withdrawWei],
  ] as const;
  const close = (): void => setOpen(undefined);
  const facts = { chain, account, wallet, onClose: close };
  return (
    <>
      <dl className={panel.facts}>
        {parts.map(([name, wei]) => (
          <div key={name} className={classes.row}>
            <dt>{name}</dt>
            <dd>{dbc(wei, 6, 2)} DBC</dd>
          </div>
        ))}
      </dl>
      <div className={classes.acts}>
        <Button onClick={() => setOpen('deposit')}>{t('account.deposit.title')}</Button>
        <Button variant="default" onClick={() => setOpen('withdraw')}>
          {t('account.withdraw.title')}
        </Button>
      </div>
      {open === 'deposit' && <DepositDialog {...facts} />}
      {open === 'withdraw' && <WithdrawDialog {...facts} />}
    </>
  );
}

/** Coins on the chain. */
export function CoinsPanel({ gate, ready }: { gate: Gate; ready: boolean }) {
  const { t } = useTranslation();
  const { chain, account } = useChain(gate, ready);
  const off = gate.config.chainMode === 'off';
  if (chain === undefined && !off) return null;
  return (
    <section className={panel.panel} data-chain-state={chain?.state ?? 'off'}>
      <h2 className={panel.title}>{t('account.coins.title')}</h2>
      {off && <p className={classes.text}>{t('account.coins.off')}</p>}
      {chain?.state === 'offline' && <p className={classes.text}>{t('account.coins.waits')}</p>}
      {chain !== undefined && account !== undefined && chain.state !== 'offline' && (
        <Here chain={chain} account={account} wallet={gate.wallet} />
      )}
      {chain !== undefined && (
        <p className={panel.small}>
          {t(`shell.chain.${chain.state}`)} · {t('account.coins.head', { number: chain.headNumber })}
          <br />
          {t('account.coins.contract')}: <CopyText text={chain.escrow} />
        </p>
      )}
    </section>
  );
}

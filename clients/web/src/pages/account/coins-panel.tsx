// clients/web/src/pages/account/coins-panel.tsx - what the visitor has on the chain, and the two ways in and out.
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChainAccount, ChainInfo } from '../../../../../src/protocol/chain-api.ts';
import { useChain } from '../../app/use-chain.ts';
import type { Wallet } from '../../player/ports.ts';
import { CopyText } from '../../ui/copy-text.tsx';
import { clock, dbc } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import classes from './account.module.css';
import { DepositDialog } from './deposit-dialog.tsx';
import { WithdrawDialog } from './withdraw-dialog.tsx';

function Here({ chain, account, wallet }: { chain: ChainInfo; account: ChainAccount; wallet: Wallet }) {
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
export function CoinsPanel({ wallet, ready }: { wallet: Wallet; ready: boolean }) {
  const { t } = useTranslation();
  const { chain, account } = useChain(ready);
  if (chain === undefined) return null;
  return (
    <section className={panel.panel} data-chain-state={chain.state}>
      <h2 className={panel.title}>{t('account.coins.title')}</h2>
      {chain.state === 'off' && <p className={classes.text}>{t('account.coins.off')}</p>}
      {chain.state === 'offline' && <p className={classes.text}>{t('account.coins.waits')}</p>}
      {account !== undefined && chain.state !== 'offline' && <Here chain={chain} account={account} wallet={wallet} />}
      {chain.escrow !== undefined && (
        <p className={panel.small}>
          {t(`shell.chain.${chain.state}`)}
          {chain.headNumber !== undefined &&
            ` · ${t('account.coins.head', { number: chain.headNumber, time: clock(chain.headAtMs ?? 0) })}`}
          <br />
          {t('account.coins.contract')}: <CopyText text={chain.escrow} />
        </p>
      )}
    </section>
  );
}

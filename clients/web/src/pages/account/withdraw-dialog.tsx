// clients/web/src/pages/account/withdraw-dialog.tsx - coins go out: asked for, waited for, taken. The clock of the contract is
// shown as it runs.
import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChainAct } from '../../app/use-chain-act.ts';
import { ActStatus } from '../../ui/act-status.tsx';
import { AmountForm } from '../../ui/amount-form.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { dbc, digits, span } from '../../ui/format.ts';
import { escrowCalls } from '../../wallet/contract-calls.ts';
import { chainTimeMs } from '../../wallet/contract-reads.ts';
import classes from './account.module.css';
import type { CoinDialog } from './deposit-dialog.tsx';

/** SessionEscrow lets a withdrawal leave after this: longer than an Open may take to land. */
const WITHDRAW_DELAY_MS = 1_200_000;

function useNow(): number {
  const [nowMs, setNowMs] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}

/** 'Withdraw' */
export function WithdrawDialog({ chain, account, wallet, onClose }: CoinDialog) {
  const { t } = useTranslation();
  const { act, run, busy } = useChainAct(wallet, chain, account);
  const nowMs = useNow();
  const { escrow } = chain;
  const asked = account.withdrawWei;
  const leftMs = account.withdrawAtMs - chainTimeMs(account, nowMs);
  const amount = dbc(asked, 6, 2);
  return (
    <Dialog title={t('account.withdraw.title')} onClose={onClose}>
      <p className={classes.text}>{t('account.withdraw.text', { time: span(WITHDRAW_DELAY_MS) })}</p>
      {asked > 0n && (
        <div className={classes.asked} data-ready={leftMs <= 0}>
          <p role="timer">
            {leftMs > 0
              ? t('account.withdraw.asked', { amount, time: digits(leftMs) })
              : t('account.withdraw.ready', { amount })}
          </p>
          <div className={classes.acts}>
            <Button
              disabled={busy || leftMs > 0}
              onClick={() => void run(escrowCalls.withdraw(escrow, wallet.address))}
            >
              {t('account.withdraw.take')}
            </Button>
            <Button variant="default" disabled={busy} onClick={() => void run(escrowCalls.requestWithdraw(escrow, 0n))}>
              {t('account.withdraw.back')}
            </Button>
          </div>
        </div>
      )}
      <AmountForm
        label={t('account.withdraw.amount')}
        send={t('account.withdraw.ask')}
        most={account.balanceWei}
        tooMuch={t('account.withdraw.tooMuch')}
        busy={busy}
        onSend={(wei) => void run(escrowCalls.requestWithdraw(escrow, wei))}
      />
      <ActStatus act={act} chain={chain} />
    </Dialog>
  );
}

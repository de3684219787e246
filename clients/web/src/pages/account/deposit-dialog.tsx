// clients/web/src/pages/account/deposit-dialog.tsx - coins come in: from this wallet at once, from a phone by its code, from
// an exchange by way of this wallet.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChainFacts } from '../../../../../src/protocol/http-api.ts';
import { useChainAct } from '../../app/use-chain-act.ts';
import type { Wallet } from '../../player/ports.ts';
import { ActStatus } from '../../ui/act-status.tsx';
import { AmountForm } from '../../ui/amount-form.tsx';
import { CopyText } from '../../ui/copy-text.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { dbc, span } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { QrCode } from '../../ui/qr-code.tsx';
import { depositRequest, escrowCalls } from '../../wallet/contract-calls.ts';
import type { ChainAccount } from '../../wallet/contract-reads.ts';
import classes from './account.module.css';

const BLOCK_MS = 6_000;

/** What both dialogs about coins need. */
export type CoinDialog = {
  readonly chain: ChainFacts;
  readonly account: ChainAccount;
  readonly wallet: Wallet;
  readonly onClose: () => void;
};

/** 'Deposit' */
export function DepositDialog({ chain, account, wallet, onClose }: CoinDialog) {
  const { t } = useTranslation();
  const { act, run, busy } = useChainAct(wallet, chain, account);
  const [wei, setWei] = useState(0n);
  const { escrow } = chain;
  const gasWei = account.gasPriceWei * escrowCalls.deposit(escrow, 0n).gas;
  const coins = account.coinsWei;
  const request = depositRequest({ escrow, chainId: BigInt(chain.chainId), player: wallet.address, amountWei: wei });
  return (
    <Dialog title={t('account.deposit.title')} onClose={onClose}>
      <p className={classes.text}>
        {t('account.deposit.text', { blocks: chain.confirmations, time: span(chain.confirmations * BLOCK_MS) })}{' '}
        {t('account.deposit.have', { amount: dbc(coins, 4, 2) })}
      </p>
      <AmountForm
        label={t('account.deposit.amount')}
        send={t('account.deposit.send')}
        most={coins > gasWei ? coins - gasWei : 0n}
        tooMuch={t('account.deposit.tooMuch')}
        busy={busy}
        onWei={setWei}
        onSend={(amountWei) => void run(escrowCalls.deposit(escrow, amountWei))}
      />
      <ActStatus act={act} chain={chain} />
      <h3 className={classes.sub}>{t('account.deposit.phone')}</h3>
      <div className={classes.phone}>
        <QrCode text={request} label={t('account.deposit.qr')} size={176} />
        <p className={panel.small}>{t('account.deposit.phoneText')}</p>
      </div>
      <CopyText text={request} />
      <h3 className={classes.sub}>{t('account.deposit.exchange')}</h3>
      <p className={panel.small}>{t('account.deposit.exchangeText')}</p>
      <CopyText text={wallet.address} />
    </Dialog>
  );
}

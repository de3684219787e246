// clients/web/src/ui/act-status.tsx - where an act on the chain is: word, hash, and where to look at it.
import { useTranslation } from 'react-i18next';
import type { ChainFacts } from '../../../../src/protocol/http-api.ts';
import type { ChainAct } from '../app/use-chain-act.ts';
import classes from './act-status.module.css';
import { CopyText } from './copy-text.tsx';

const TONE = {
  asking: 'info',
  waiting: 'info',
  done: 'near',
  failed: 'stop',
  declined: 'warn',
  otherChain: 'warn',
  otherAccount: 'warn',
  unreachable: 'stop',
} as const;

/** A transaction by its hash, with the explorer's page where there is one. */
export function TransactionLink({ hash, chain }: { hash: string; chain: ChainFacts }) {
  const { t } = useTranslation();
  return (
    <span className={classes.hash}>
      {t('account.act.hash')} <CopyText text={hash} />
      {chain.explorer !== undefined && (
        <a href={`${chain.explorer.transaction}${hash}`} target="_blank" rel="noreferrer">
          {t('account.act.show')}
        </a>
      )}
    </span>
  );
}

/** The line under a button; nothing before it was pressed. */
export function ActStatus({ act, chain }: { act: ChainAct; chain: ChainFacts }) {
  const { t } = useTranslation();
  if (act.state === 'idle') return null;
  const blocks = 'blocks' in act ? act.blocks : 0;
  return (
    <div className={classes.act} role="status" data-act={act.state} data-tone={TONE[act.state]}>
      <p>{t(`account.act.${act.state}`, { have: Math.min(blocks, chain.confirmations), need: chain.confirmations })}</p>
      {'hash' in act && <TransactionLink hash={act.hash} chain={chain} />}
    </div>
  );
}

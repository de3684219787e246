// clients/web/src/ui/ledger-panel.tsx - every line of an account, fifty at a time, and all of them as a file. A player's and
// an operator's lines look the same.
import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { LedgerLine } from '../../../../src/protocol/money-api.ts';
import { type LedgerOf, moneyCalls } from '../app/money-calls.ts';
import { need } from '../player/api.ts';
import { dayAndTime, dbc } from './format.ts';
import { Icon } from './icons.tsx';
import classes from './ledger-panel.module.css';
import panel from './panel.module.css';
import { NumberCell, ScrollTable } from './scroll-table.tsx';

function Row({ line, of }: { line: LedgerLine; of: LedgerOf }) {
  const { t } = useTranslation();
  const { atMs, kind, amountWei, balanceWei, reason, session } = line;
  const came = !amountWei.startsWith('-') && amountWei !== '0';
  return (
    <tr>
      <td>{dayAndTime(atMs)}</td>
      <NumberCell>
        <span className={came ? panel.near : undefined}>
          {came ? '+' : amountWei === '0' ? '' : '\u2212'}
          {dbc(amountWei.replace('-', ''), 6, 2)}
        </span>
      </NumberCell>
      <NumberCell>{dbc(balanceWei, 6, 2)}</NumberCell>
      <td>
        {session !== undefined && of === 'me' ? (
          <Link to="/receipt/$session" params={{ session }}>
            {t(`account.ledger.kinds.${kind}`)}
          </Link>
        ) : (
          t(`account.ledger.kinds.${kind}`)
        )}
        {reason !== undefined && <small className={classes.reason}> {reason}</small>}
      </td>
    </tr>
  );
}

/** The lines of one account of the visitor. */
export function LedgerPanel({ of, ready }: { of: LedgerOf; ready: boolean }) {
  const { t } = useTranslation();
  const { data, fetchNextPage, hasNextPage } = useInfiniteQuery({
    queryKey: ['ledger', of],
    queryFn: ({ pageParam }) => need(moneyCalls.ledger(of, pageParam)),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    enabled: ready,
  });
  if (data === undefined) return null;
  const lines = data.pages.flatMap((page) => page.lines);
  return (
    <section className={panel.panel} data-ledger={of}>
      <h2 className={panel.title}>{t('account.ledger.title')}</h2>
      {lines.length === 0 ? (
        <p>{t('account.ledger.none')}</p>
      ) : (
        <ScrollTable
          name={t('account.ledger.title')}
          head={[
            { name: t('account.ledger.when') },
            { name: `${t('account.ledger.amount')} (DBC)`, number: true },
            { name: `${t('account.ledger.balance')} (DBC)`, number: true },
            { name: t('account.ledger.what') },
          ]}
        >
          {lines.map((line) => (
            <Row key={line.key + line.amountWei} line={line} of={of} />
          ))}
        </ScrollTable>
      )}
      <div className={classes.acts}>
        {hasNextPage && (
          <Button variant="default" onClick={() => void fetchNextPage()}>
            {t('account.ledger.older')}
          </Button>
        )}
        <a className={classes.csv} href={`/api/${of}/ledger.csv`} download>
          <Icon name="download" size={18} />
          {t('account.ledger.csv')}
        </a>
      </div>
      <p className={panel.small}>{t('account.ledger.text')}</p>
    </section>
  );
}

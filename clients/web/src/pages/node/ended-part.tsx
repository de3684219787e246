// clients/web/src/pages/node/ended-part.tsx - the last sessions of the operator's machines: why each ended and what it brought,
// and what the machine wrote down about it. Who played is not said.
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { PublicConfig } from '../../../../../src/protocol/http-api.ts';
import { gameTitle } from '../../app/game-title.ts';
import { operatorCalls } from '../../app/operator-calls.ts';
import { need } from '../../player/api.ts';
import { dayAndTime, dbc, span } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { NumberCell, ScrollTable } from '../../ui/scroll-table.tsx';
import { LogButton } from './log-dialog.tsx';

const REFRESH_MS = 30_000;

/** Ended games of the visitor's machines; nothing before the first. */
export function EndedPart({ wallet, ready, config }: { wallet: string; ready: boolean; config: PublicConfig }) {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: ['operator-ended', wallet],
    queryFn: () => need(operatorCalls.ended()),
    enabled: ready,
    refetchInterval: REFRESH_MS,
  });
  if (data === undefined || data.sessions.length === 0) return null;
  const titleOf = (game: string): string => gameTitle(config, game);
  return (
    <section className={panel.panel} data-ended={data.sessions.length}>
      <h2 className={panel.title}>{t('console.ended.title')}</h2>
      <ScrollTable
        name={t('console.ended.title')}
        head={[
          { name: t('console.live.machine') },
          { name: t('console.live.game') },
          { name: t('console.ended.when') },
          { name: t('console.ended.why') },
          { name: t('console.live.paid'), number: true },
          { name: t('console.ended.net'), number: true },
          { name: t('console.ended.log') },
        ]}
      >
        {data.sessions.map((row) => (
          <tr key={row.session} data-session={row.session}>
            <td>{row.nodeName}</td>
            <td>{titleOf(row.game)}</td>
            <td>{dayAndTime(row.endedAtMs)}</td>
            <td>{t(`console.ended.reasons.${row.reason}`)}</td>
            <NumberCell>{span(row.billedMs)}</NumberCell>
            <NumberCell>{dbc(row.operatorWei)} DBC</NumberCell>
            <td>
              <LogButton
                row={row}
                name={t('console.ended.logOf', { machine: row.nodeName, time: dayAndTime(row.endedAtMs) })}
              />
            </td>
          </tr>
        ))}
      </ScrollTable>
    </section>
  );
}

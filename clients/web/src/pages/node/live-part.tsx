// clients/web/src/pages/node/live-part.tsx - games that run on the operator's machines now: since when, at what rate, and how
// picture, line and encoder do. Who plays is not said.
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { PublicConfig } from '../../../../../src/protocol/http-api.ts';
import type { LivePlay } from '../../../../../src/protocol/operator-api.ts';
import { gameTitle } from '../../app/game-title.ts';
import { operatorCalls } from '../../app/operator-calls.ts';
import { need } from '../../player/api.ts';
import { clock, dbc, ms, percent, plain, span } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { NumberCell, ScrollTable } from '../../ui/scroll-table.tsx';
import { LogButton } from './log-dialog.tsx';

const REFRESH_MS = 5_000;
/** Page and machine speak every 5 s: what is older than three of them says nothing about now. */
const STALE_MS = 15_000;

type Row = LivePlay['sessions'][number];

/** How the stream of a game stands, as the name of a word. */
export function streamState({ pageHere, nodeHere, seen }: Row, nowMs: number): 'machine' | 'page' | 'silent' | 'runs' {
  if (!nodeHere) return 'machine';
  if (!pageHere) return 'page';
  return seen === undefined || nowMs - seen.atMs > STALE_MS ? 'silent' : 'runs';
}

/** Games of the visitor's machines. */
export function LivePart({ wallet, ready, config }: { wallet: string; ready: boolean; config: PublicConfig }) {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: ['operator-live', wallet],
    queryFn: () => need(operatorCalls.live()),
    enabled: ready,
    refetchInterval: REFRESH_MS,
  });
  if (data === undefined) return null;
  const titleOf = (game: string): string => gameTitle(config, game);
  return (
    <section className={panel.panel} data-live={data.sessions.length}>
      <h2 className={panel.title}>{t('console.live.title')}</h2>
      <p>{data.sessions.length === 0 ? t('console.live.none') : t('console.live.text')}</p>
      {data.sessions.length > 0 && (
        <ScrollTable
          name={t('console.live.title')}
          head={[
            { name: t('console.live.machine') },
            { name: t('console.live.game') },
            { name: t('console.live.since') },
            { name: t('console.live.state') },
            { name: t('console.live.paid'), number: true },
            { name: t('console.live.rate'), number: true },
            { name: t('console.live.fps'), number: true },
            { name: t('console.live.rtt'), number: true },
            { name: t('console.live.loss'), number: true },
            { name: t('console.live.encode'), number: true },
            { name: t('console.ended.log') },
          ]}
        >
          {data.sessions.map((row) => (
            <tr key={row.session} data-session={row.session}>
              <td>{row.nodeName}</td>
              <td>{titleOf(row.game)}</td>
              <td>{clock(row.startedAtMs)}</td>
              <td>{t(`console.live.states.${streamState(row, Date.now())}`)}</td>
              <NumberCell>{span(row.billedMs)}</NumberCell>
              <NumberCell>{dbc(row.rateWeiPerHour, 2)} DBC</NumberCell>
              <NumberCell>{row.seen === undefined ? '–' : plain(row.seen.fps)}</NumberCell>
              <NumberCell>{row.seen === undefined ? '–' : ms(row.seen.rttMs)}</NumberCell>
              <NumberCell>{row.seen === undefined ? '–' : percent(row.seen.lossShare)}</NumberCell>
              <NumberCell>{row.encodeMs === undefined ? '–' : ms(row.encodeMs)}</NumberCell>
              <td>
                <LogButton row={row} name={t('console.ended.logOfRunning', { machine: row.nodeName })} />
              </td>
            </tr>
          ))}
        </ScrollTable>
      )}
    </section>
  );
}

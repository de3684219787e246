// clients/web/src/pages/node/log-dialog.tsx - what a machine wrote down about one session, asked of the machine itself.
import { Button, Loader } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EndedPlay } from '../../../../../src/protocol/operator-api.ts';
import { operatorCalls } from '../../app/operator-calls.ts';
import { need } from '../../player/api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { clockToSecond } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import classes from './console.module.css';
import { readLogLine } from './log-lines.ts';

type Named = Pick<EndedPlay['sessions'][number], 'session' | 'node' | 'nodeName'>;

function LogDialog({ session: { session, node, nodeName }, onClose }: { session: Named; onClose: () => void }) {
  const { t } = useTranslation();
  const { data, isError } = useQuery({
    queryKey: ['operator-log', node, session],
    queryFn: () => need(operatorCalls.log(node, session)),
    retry: false,
  });
  const lines = data?.lines.map(readLogLine) ?? [];
  return (
    <Dialog title={t('console.ended.logTitle', { machine: nodeName })} onClose={onClose}>
      <p className={panel.small}>{session}</p>
      {data === undefined && !isError && <Loader aria-label={t('shell.loading')} />}
      {isError && <p className={panel.stop}>{t('console.ended.away')}</p>}
      {data !== undefined && lines.length === 0 && <p>{t('console.ended.noLines')}</p>}
      {lines.length > 0 && (
        <ScrollTable
          name={t('console.ended.logTitle', { machine: nodeName })}
          head={[
            { name: t('console.ended.at') },
            { name: t('console.ended.level') },
            { name: t('console.ended.event') },
          ]}
        >
          {lines.map(({ atMs, level, event, rest }, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no name and never change their order.
            <tr key={at} data-line={event}>
              <td>{atMs === undefined ? '–' : clockToSecond(atMs)}</td>
              <td className={level === 'error' || level === 'warn' ? panel.stop : undefined}>{level}</td>
              <td className={classes.wraps}>
                {event}
                {rest !== '' && <div className={panel.small}>{rest}</div>}
              </td>
            </tr>
          ))}
        </ScrollTable>
      )}
    </Dialog>
  );
}

/** Opens the log of a session; `name` says which, for those who hear the button. */
export function LogButton({ row, name }: { row: Named; name: string }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="subtle" size="compact-sm" aria-label={name} onClick={() => setOpen(true)}>
        {t('console.ended.log')}
      </Button>
      {open && <LogDialog session={row} onClose={() => setOpen(false)} />}
    </>
  );
}

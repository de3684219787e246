// clients/web/src/pages/node/plans-list.tsx - planned maintenance that is not over, and taking it back.
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OperatorNodes } from '../../../../../src/protocol/http-api.ts';
import type { Fleet } from '../../../../../src/protocol/operator-api.ts';
import { operatorCalls } from '../../app/operator-calls.ts';
import { type PlayerProblem, problem, problemFrom } from '../../player/problem.ts';
import { dayAndTime } from '../../ui/format.ts';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import classes from './node.module.css';

/** The plans; `onDone` when one was taken back. */
export function PlansList({
  windows,
  nodes,
  onDone,
}: {
  windows: Fleet['windows'];
  nodes: readonly OperatorNodes['nodes'][number][];
  onDone: () => void;
}) {
  const { t } = useTranslation();
  const [refused, setRefused] = useState<PlayerProblem>();
  const cancel = async (id: string): Promise<void> => {
    const answer = await operatorCalls.cancelPlan(id);
    setRefused(answer.ok ? undefined : problemFrom(answer.error));
    if (answer.ok) onDone();
  };
  if (windows.length === 0 && refused === undefined) return null;
  return (
    <div data-plans={windows.length}>
      <h3 className={classes.sub}>{t('console.fleet.plans')}</h3>
      <ScrollTable
        name={t('console.fleet.plans')}
        head={[
          { name: t('node.list.name') },
          { name: t('console.fleet.from') },
          { name: t('console.fleet.until') },
          { name: t('node.list.change') },
        ]}
      >
        {windows.map(({ id, node, fromMs, untilMs }) => {
          const name = nodes.find((each) => each.node === node)?.name ?? node.slice(0, 10);
          return (
            <tr key={id}>
              <td>{name}</td>
              <td>{dayAndTime(fromMs)}</td>
              <td>{dayAndTime(untilMs)}</td>
              <td>
                <Button
                  variant="default"
                  aria-label={t('console.fleet.cancelOf', { name, from: dayAndTime(fromMs) })}
                  onClick={() => void cancel(id).catch(() => setRefused(problem('HUB_UNREACHABLE')))}
                >
                  {t('console.fleet.cancel')}
                </Button>
              </td>
            </tr>
          );
        })}
      </ScrollTable>
      {refused !== undefined && <ProblemCard problem={refused} />}
    </div>
  );
}

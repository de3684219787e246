// clients/web/src/pages/node/steps-part.tsx - for each machine that is not earning yet: which step is due, what it lacks, and
// what the hub found on the machine, each with its limit and how to mend it.
import { useTranslation } from 'react-i18next';
import type { OperatorNodes } from '../../../../../src/protocol/http-api.ts';
import { basisPoints } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { NumberCell, ScrollTable } from '../../ui/scroll-table.tsx';
import classes from './node.module.css';
import { type Due, dueStep, markOf, STEPS } from './steps.ts';

type Machine = OperatorNodes['nodes'][number];
type Check = Machine['checks'][number];

/** Checks of which less is better. */
const AT_MOST: ReadonlySet<Check['check']> = new Set(['identity', 'encoder', 'clock']);

function Checks({ checks, name }: { checks: readonly Check[]; name: string }) {
  const { t } = useTranslation();
  const amount = ({ check }: Check, value: number): string => {
    if (check === 'clock') return `${(value / 1_000).toFixed(1)} s`;
    return check === 'encoder' ? `${value.toFixed(1)} ms` : `${value}`;
  };
  return (
    <>
      <h3 className={classes.sub}>{t('node.steps.checks')}</h3>
      <ScrollTable
        name={`${t('node.steps.checks')}: ${name}`}
        head={[
          { name: t('node.steps.check') },
          { name: t('node.steps.verdict') },
          { name: t('node.steps.value'), number: true },
          { name: t('node.steps.limit'), number: true },
        ]}
      >
        {checks.map((each) => (
          <tr key={each.check} data-check={each.check} data-verdict={each.verdict}>
            <td className={classes.check}>
              {t(`node.steps.checkNames.${each.check}`)}
              {each.says !== undefined && <small data-says>{each.says}</small>}
              {each.verdict !== 'ok' && <p>{t(`node.steps.mends.${each.check}`)}</p>}
            </td>
            <td>
              <span className={classes.verdict} data-verdict={each.verdict}>
                {t(`node.steps.verdicts.${each.verdict}`)}
              </span>
            </td>
            <NumberCell>{amount(each, each.value)}</NumberCell>
            <NumberCell>
              {t(AT_MOST.has(each.check) ? 'node.steps.atMost' : 'node.steps.atLeast', {
                value: amount(each, each.limit),
              })}
            </NumberCell>
          </tr>
        ))}
      </ScrollTable>
    </>
  );
}

function Way({ machine, due, open }: { machine: Machine | undefined; due: Due; open: boolean }) {
  const { t } = useTranslation();
  const place = { step: STEPS.indexOf(due.step) + 1, all: STEPS.length };
  return (
    <details className={classes.way} open={open} data-due={due.step}>
      <summary>
        {machine === undefined ? t('node.steps.empty', place) : t('node.steps.of', { name: machine.name, ...place })}
      </summary>
      <ol className={classes.steps}>
        {STEPS.map((step) => {
          const mark = markOf(step, due.step, machine);
          return (
            <li key={step} data-mark={mark} aria-current={mark === 'now' ? 'step' : undefined}>
              <strong>{t(`node.steps.names.${step}`)}</strong> <span>{t(`node.steps.marks.${mark}`)}</span>
              {mark === 'now' && <p>{t(`node.steps.missing.${due.missing}`, { hub: location.origin })}</p>}
              {mark === 'now' && due.missing === 'stake' && machine !== undefined && machine.cards > 1 && (
                <p data-cards={machine.cards}>
                  {t('node.steps.stakeOf', { has: machine.stakedCards ?? 0, gpus: machine.cards })}
                </p>
              )}
              {mark === 'now' && due.missing === 'first' && machine !== undefined && (
                <a href={`/play?game=arcade&node=${machine.node}`} data-try={machine.node}>
                  {t('node.steps.try')}
                </a>
              )}
              {mark === 'open' && <p>{t('node.steps.missing.bench')}</p>}
              {step === 'price' && machine !== undefined && mark !== 'later' && (
                <p>{t('node.steps.price', { premium: basisPoints(machine.premiumBps) })}</p>
              )}
            </li>
          );
        })}
      </ol>
      {machine !== undefined && machine.checks.length > 0 && <Checks checks={machine.checks} name={machine.name} />}
    </details>
  );
}

/** The ways of all machines that do not earn yet; nothing when every one does. */
export function StepsPart({ nodes }: { nodes: readonly Machine[] }) {
  const { t } = useTranslation();
  const all: readonly (Machine | undefined)[] = nodes.length === 0 ? [undefined] : nodes;
  const ways = all.flatMap((machine) => {
    const due = dueStep(machine);
    return due === undefined ? [] : [{ machine, due }];
  });
  if (ways.length === 0) return null;
  return (
    <section className={panel.panel}>
      <h2 className={panel.title}>{t('node.steps.title')}</h2>
      <p>{t('node.steps.text')}</p>
      {ways.map(({ machine, due }, index) => (
        <Way key={machine?.node ?? 'first'} machine={machine} due={due} open={index === 0} />
      ))}
    </section>
  );
}

// clients/web/src/pages/node/bulk-acts.tsx - one act on all machines that are chosen: price, drain, tags, planned maintenance.
import '@mantine/core/styles/Input.css';
import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Result } from '../../../../../src/base/result.ts';
import { type WindowFault, windowFault } from '../../../../../src/pool/maintenance.ts';
import type { OperatorNodes, Problem } from '../../../../../src/protocol/http-api.ts';
import { type FleetAct, TAG_PATTERN, TAGS_MAX } from '../../../../../src/protocol/operator-api.ts';
import { operatorCalls } from '../../app/operator-calls.ts';
import { type PlayerProblem, problem, problemFrom } from '../../player/problem.ts';
import panel from '../../ui/panel.module.css';
import { ProblemCard } from '../../ui/problem-card.tsx';
import classes from './console.module.css';
import { percentOf } from './premium.ts';

type Machine = OperatorNodes['nodes'][number];
const MINUTES_MOST = 1_440;
const BPS_PERCENT = 100;
const TAG = new RegExp(TAG_PATTERN);

/** Whole minutes as typed, or undefined when it is none from 0 to a day. */
export function minutesOf(text: string): number | undefined {
  const minutes = /^\d{1,4}$/.test(text.trim()) ? Number(text) : Number.NaN;
  return minutes <= MINUTES_MOST ? minutes : undefined;
}

/** A tag as typed, or undefined when it is none. */
export function tagOf(text: string): string | undefined {
  const tag = text.trim();
  return TAG.test(tag) ? tag : undefined;
}

/** What the fields of a plan come to: its span, what is wrong with it, or nothing while they are not filled. */
export function planOf(
  from: string,
  until: string,
  nowMs: number,
): { readonly fromMs: number; readonly untilMs: number; readonly fault: WindowFault | undefined } | undefined {
  const [fromMs, untilMs] = [new Date(from).getTime(), new Date(until).getTime()];
  if (Number.isNaN(fromMs) || Number.isNaN(untilMs)) return undefined;
  return { fromMs, untilMs, fault: windowFault({ fromMs, untilMs }, [], nowMs) };
}

/** The acts, for the machines that are chosen; `onDone` when one was done. */
export function BulkActs({ machines, onDone }: { machines: readonly Machine[]; onDone: () => void }) {
  const { t } = useTranslation();
  const [fields, setFields] = useState({ premium: '', minutes: '10', tag: '', from: '', until: '' });
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState('');
  const [refused, setRefused] = useState<PlayerProblem>();
  if (machines.length === 0) return <p className={panel.small}>{t('console.fleet.hint')}</p>;
  const nodes = machines.map(({ node }) => node);
  const field = (name: keyof typeof fields) => ({
    value: fields[name],
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) =>
      setFields((before) => ({ ...before, [name]: value })),
  });
  const run = async (asked: () => Promise<Result<string, Problem>>): Promise<void> => {
    setBusy(true);
    try {
      const answer = await asked();
      setRefused(answer.ok ? undefined : problemFrom(answer.error));
      setSaid(answer.ok ? answer.value : '');
      if (answer.ok) onDone();
    } catch {
      setRefused(problem('HUB_UNREACHABLE'));
    } finally {
      setBusy(false);
    }
  };
  const act = (what: FleetAct) =>
    run(async () => {
      const answer = await operatorCalls.actOnFleet(nodes, what);
      if (!answer.ok) return answer;
      const { done, left } = answer.value;
      const names = machines.filter(({ node }) => left.includes(node)).map(({ name }) => name);
      const words = t('console.fleet.done', { count: done.length });
      return {
        ok: true,
        value:
          names.length === 0
            ? words
            : `${words} ${t(`console.fleet.left.${what.t}`, { names: names.join(', '), most: TAGS_MAX })}`,
      };
    });
  const [percent, minutes, tag] = [percentOf(fields.premium), minutesOf(fields.minutes), tagOf(fields.tag)];
  const plan = planOf(fields.from, fields.until, Date.now());
  return (
    <div className={classes.bulk} data-bulk={machines.length}>
      <h3>{t('console.fleet.bulk', { count: machines.length })}</h3>
      <div className={classes.act}>
        <TextInput
          label={t('node.machine.premium')}
          description={t('node.machine.premiumBad')}
          inputMode="decimal"
          error={fields.premium !== '' && percent === undefined}
          {...field('premium')}
        />
        <Button
          variant="default"
          disabled={busy || percent === undefined}
          onClick={() => void act({ t: 'premium', premiumBps: Math.round((percent ?? 0) * BPS_PERCENT) })}
        >
          {t('node.machine.save')}
        </Button>
      </div>
      <div className={classes.act}>
        <TextInput
          label={t('console.fleet.tag')}
          description={t('console.fleet.tagText')}
          maxLength={24}
          error={fields.tag !== '' && tag === undefined}
          {...field('tag')}
        />
        <Button
          variant="default"
          disabled={busy || tag === undefined}
          onClick={() => void act({ t: 'tag', tag: tag ?? '' })}
        >
          {t('console.fleet.addTag')}
        </Button>
        <Button
          variant="default"
          disabled={busy || fields.tag.trim() === ''}
          onClick={() => void act({ t: 'untag', tag: fields.tag.trim() })}
        >
          {t('console.fleet.dropTag')}
        </Button>
      </div>
      <div className={classes.act}>
        <TextInput
          label={t('console.fleet.minutes')}
          description={t('console.fleet.minutesText')}
          inputMode="numeric"
          error={minutes === undefined}
          {...field('minutes')}
        />
        <Button
          variant="default"
          disabled={busy || minutes === undefined}
          onClick={() => void act({ t: 'drain', minutes: minutes ?? 0 })}
        >
          {t('node.machine.drain')}
        </Button>
        <p className={panel.small}>{t('console.fleet.drainText')}</p>
      </div>
      <div className={classes.act}>
        <TextInput type="datetime-local" label={t('console.fleet.from')} {...field('from')} />
        <TextInput type="datetime-local" label={t('console.fleet.until')} {...field('until')} />
        <Button
          variant="default"
          disabled={busy || plan === undefined || plan.fault !== undefined}
          onClick={() =>
            void run(async () => {
              const answer = await operatorCalls.plan(nodes, plan?.fromMs ?? 0, plan?.untilMs ?? 0);
              return answer.ok ? { ok: true, value: t('console.fleet.planned', { count: nodes.length }) } : answer;
            })
          }
        >
          {t('console.fleet.plan')}
        </Button>
        <p className={plan?.fault === undefined ? panel.small : panel.warn}>
          {plan?.fault === undefined ? t('console.fleet.planText') : t(`console.fleet.faults.${plan.fault}`)}
        </p>
      </div>
      <p aria-live="polite">{said}</p>
      {refused !== undefined && <ProblemCard problem={refused} />}
    </div>
  );
}

// clients/web/src/pages/cafe/audit-part.tsx - who did what and why, with what changed; also what was refused. Read only.
import '@mantine/core/styles/Input.css';
import { Button, Loader, NativeSelect, TextInput } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cafeActs, hubActs } from '../../../../../src/protocol/cafe-acts.ts';
import type { CafeInfo } from '../../../../../src/protocol/cafe-api.ts';
import type { Actor } from '../../../../../src/protocol/cafe-shapes.ts';
import type { CafeAuditLine } from '../../../../../src/protocol/cafe-things.ts';
import { need } from '../../player/api.ts';
import { dayAndTime } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import { actWords, outcomeOf } from './act-words.ts';
import classes from './cafe.module.css';
import { auditQuery, cafeCalls } from './cafe-calls.ts';
import { CsvLink } from './csv-link.tsx';
import type { Currency } from './local-money.ts';
import { reasonWords } from './reason-words.ts';

const ACTS = [...Object.keys(cafeActs), ...hubActs];

/** Names of people where they have one. */
function useActor(info: CafeInfo): (by: Actor) => string {
  const { t } = useTranslation();
  return (by) => {
    if (by.kind === 'staff')
      return info.staff.find(({ wallet }) => wallet === by.wallet)?.name ?? `${by.wallet.slice(0, 10)}…`;
    if (by.kind === 'api-key') return t('audit.key', { id: by.id });
    return by.kind === 'seat' ? t('cafe.seat.title', { seat: by.seat }) : t('audit.hub');
  };
}

type Thing = Record<string, unknown>;
const isThing = (value: unknown): value is Thing => typeof value === 'object' && value !== null;
const words = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null));

/** Fields that differ, as 'thing: field before -> after'. */
function changesOf({ before, after }: Pick<CafeAuditLine, 'before' | 'after'>): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) => {
    const [was, is] = [before[name], after[name]];
    if (!isThing(was) || !isThing(is)) return [`${name}: ${words(was ?? '–')} → ${words(is ?? '–')}`];
    const fields = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter(
      (field) => words(was[field]) !== words(is[field]),
    );
    return fields.map((field) => `${name}: ${field} ${words(was[field] ?? '–')} → ${words(is[field] ?? '–')}`);
  });
}

type LineParts = { readonly line: CafeAuditLine; readonly currency: Currency; readonly actor: (by: Actor) => string };

function Line({ line, currency, actor }: LineParts) {
  const { t } = useTranslation();
  const { about, refused } = outcomeOf(t, currency, line);
  const changes = changesOf(line);
  return (
    <tr data-audit={line.seq} data-outcome={line.outcome}>
      <td>{dayAndTime(line.atMs)}</td>
      <td>{actor(line.by)}</td>
      <td>
        {actWords(t, line.act)}
        <div className={panel.small}>
          <code>{line.act}</code>
          {about !== undefined && ` · ${about}`}
        </div>
      </td>
      <td className={refused === undefined ? undefined : panel.stop}>
        {refused ?? t('audit.done')}
        {refused !== undefined && (
          <div className={panel.small}>
            <code>{line.outcome}</code>
          </div>
        )}
        {line.reason !== undefined && (
          <div className={panel.small}>{reasonWords(t, line.reason, line.act === 'time-up')}</div>
        )}
      </td>
      <td>
        {changes.length > 0 && (
          <details>
            <summary>{t('audit.changes', { count: changes.length })}</summary>
            <ul className={classes.changes}>
              {changes.map((change) => (
                <li key={change}>{change}</li>
              ))}
            </ul>
          </details>
        )}
      </td>
    </tr>
  );
}

/** The audit of a site. */
export function AuditPart({ info }: { info: CafeInfo }) {
  const { t } = useTranslation();
  const { cafe } = info;
  const [act, setAct] = useState('');
  const [refused, setRefused] = useState(false);
  const [date, setDate] = useState('');
  const actor = useActor(info);
  const filter = { act, refused, date: /^\d{4}-\d\d-\d\d$/.test(date) ? date : '' };
  const { data, isError, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['cafe', cafe, 'audit', filter.act, filter.refused, filter.date],
    queryFn: ({ pageParam }) => need(cafeCalls.audit(cafe, filter, pageParam)),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ next }) => next,
    retry: false,
  });
  const lines = data?.pages.flatMap((page) => page.lines) ?? [];
  return (
    <section className={`${panel.panel} ${classes.stack}`} data-audit-list>
      <h2 className={panel.title}>{t('cafe.parts.audit')}</h2>
      <div className={classes.form}>
        <NativeSelect
          label={t('audit.act')}
          value={act}
          data={[
            { value: '', label: t('audit.every') },
            ...ACTS.map((value) => ({ value, label: actWords(t, value) })),
          ]}
          onChange={({ currentTarget }) => setAct(currentTarget.value)}
        />
        <TextInput
          type="date"
          label={t('cafe.report.date')}
          value={date}
          onChange={({ currentTarget }) => setDate(currentTarget.value)}
        />
        <label className={classes.check}>
          <input
            type="checkbox"
            checked={refused}
            onChange={({ currentTarget }) => setRefused(currentTarget.checked)}
          />
          {t('audit.onlyRefused')}
        </label>
        <CsvLink href={`/api/cafe/${cafe}/audit.csv${auditQuery(filter)}`} word={t('audit.csv')} />
      </div>
      {isError && <p className={panel.stop}>{t('people.refused')}</p>}
      {data === undefined && !isError && <Loader aria-label={t('shell.loading')} />}
      {data !== undefined && lines.length === 0 && <p>{t('audit.none')}</p>}
      {lines.length > 0 && (
        <ScrollTable
          name={t('cafe.parts.audit')}
          head={[
            { name: t('people.when') },
            { name: t('audit.who') },
            { name: t('audit.act') },
            { name: t('audit.outcome') },
            { name: t('audit.changed') },
          ]}
        >
          {lines.map((line) => (
            <Line key={line.seq} {...{ line, actor }} currency={info.settings.currency} />
          ))}
        </ScrollTable>
      )}
      {hasNextPage && (
        <div className={classes.acts}>
          <Button variant="default" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('audit.older')}
          </Button>
        </div>
      )}
    </section>
  );
}

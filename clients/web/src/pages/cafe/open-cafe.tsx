// clients/web/src/pages/cafe/open-cafe.tsx - a new site from five answers.
import '@mantine/core/styles/Input.css';
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CafeId } from '../../../../../src/base/ids.ts';
import { newKey } from '../../player/ids.ts';
import { type PlayerProblem, problem, problemFrom } from '../../player/problem.ts';
import panel from '../../ui/panel.module.css';
import { ProblemCard } from '../../ui/problem-card.tsx';
import classes from './cafe.module.css';
import { cafeCalls } from './cafe-calls.ts';
import { type CurrencyCode, currencies, settingsFor } from './example-settings.ts';
import { parseMoney } from './local-money.ts';

const codes = Object.keys(currencies) as CurrencyCode[];

/** The form; `onOpen` hears the new café. */
export function OpenCafe({ onOpen }: { onOpen: (cafe: CafeId) => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [key] = useState(newKey);
  const [name, setName] = useState('');
  const [timeZone, setTimeZone] = useState(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
  const [code, setCode] = useState<CurrencyCode>('TWD');
  const [price, setPrice] = useState('35');
  const [curfew, setCurfew] = useState(false);
  const [state, setState] = useState<'busy' | PlayerProblem>();
  const { decimals } = currencies[code];
  const minor = parseMoney(price, { code, decimals, denominations: [], minorPerUsd: '0' });
  const open = async (): Promise<void> => {
    setState('busy');
    const example = curfew ? await cafeCalls.curfew() : undefined;
    if (example?.ok === false) return setState(problemFrom(example.error));
    const rules = example?.value ?? { ageBands: [], curfew: [] };
    const zone = t('cafe.open.hall');
    const settings = settingsFor({ name: name.trim(), timeZone, code, minorPerHour: minor ?? '0', zone, rules });
    const made = await cafeCalls.open({ key, settings });
    if (!made.ok) return setState(problemFrom(made.error));
    await queries.invalidateQueries({ queryKey: ['cafes'] });
    onOpen(made.value.cafe);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void open().catch(() => setState(problem('HUB_UNREACHABLE')));
  };
  return (
    <section className={panel.panel} data-open-cafe>
      <h2 className={panel.title}>{t('cafe.open.title')}</h2>
      <p className={panel.small}>{t('cafe.open.text')}</p>
      <form className={classes.stack} onSubmit={submit}>
        <div className={classes.form}>
          <TextInput
            label={t('cafe.open.name')}
            value={name}
            maxLength={60}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
          />
          <TextInput
            label={t('cafe.open.zone')}
            value={timeZone}
            onChange={({ currentTarget }) => setTimeZone(currentTarget.value)}
          />
          <NativeSelect
            label={t('cafe.open.currency')}
            value={code}
            data={codes}
            onChange={({ currentTarget }) => setCode(codes.find((one) => one === currentTarget.value) ?? 'TWD')}
          />
          <TextInput
            label={t('cafe.open.price')}
            inputMode="decimal"
            value={price}
            error={minor === undefined ? t('cafe.badMoney') : undefined}
            onChange={({ currentTarget }) => setPrice(currentTarget.value)}
          />
        </div>
        <label className={classes.check}>
          <input type="checkbox" checked={curfew} onChange={({ currentTarget }) => setCurfew(currentTarget.checked)} />
          {t('cafe.open.curfew')}
        </label>
        <div className={classes.acts}>
          <Button type="submit" disabled={name.trim() === '' || minor === undefined || state === 'busy'}>
            {t('cafe.open.send')}
          </Button>
        </div>
      </form>
      {typeof state === 'object' && <ProblemCard problem={state} />}
    </section>
  );
}

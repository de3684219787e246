// clients/web/src/pages/cafe/curfew-list.tsx - who may not play when: age bands, and rules for them. Taipei's rules can be taken over as
// an example; whoever runs the site answers for what is there.
import { Button, NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CafeSettings, CurfewRule } from '../../../../../src/protocol/cafe-settings.ts';
import { type PlayerProblem, problem, problemFrom } from '../../player/problem.ts';
import panel from '../../ui/panel.module.css';
import { bandName, ruleName } from '../../ui/preset-names.ts';
import { ProblemCard } from '../../ui/problem-card.tsx';
import classes from './cafe.module.css';
import { cafeCalls } from './cafe-calls.ts';
import { type Edit, freeId } from './settings-draft.ts';
import { Checks, NameField, WindowFields } from './settings-fields.tsx';

const DAY_KINDS = ['any', 'school-day', 'eve-of-free-day', 'not-eve-of-free-day'] as const;
type Part = { readonly settings: CafeSettings; readonly edit: Edit };

function Rule({ settings: { ageBands }, edit, rule }: Part & { rule: CurfewRule }) {
  const { t } = useTranslation();
  const called = ruleName(t, rule.name);
  const set = (to: Partial<CurfewRule>): void =>
    edit(({ curfew }) => ({ curfew: curfew.map((one) => (one.id === rule.id ? { ...one, ...to } : one)) }));
  return (
    <details className={classes.more} data-rule={rule.id}>
      <summary>{called}</summary>
      <div className={classes.stack}>
        <div className={classes.form}>
          <NameField label={t('settings.called')} value={called} chars={40} onChange={(name) => set({ name })} />
          <NativeSelect
            label={t('settings.beginsOn')}
            value={rule.days}
            data={DAY_KINDS.map((value) => ({ value, label: t(`settings.dayKinds.${value}`) }))}
            onChange={({ currentTarget: { value } }) =>
              set({ days: DAY_KINDS.find((kind) => kind === value) ?? rule.days })
            }
          />
          <WindowFields value={rule} onChange={set} />
        </div>
        <Checks
          label={t('settings.bands')}
          value={rule.ageBands}
          options={ageBands.map(({ id, name }) => ({ value: id, label: bandName(t, name) }))}
          onChange={(bands) => set({ ageBands: [...bands] })}
        />
        <label className={classes.check}>
          <input
            type="checkbox"
            checked={rule.guardianLifts}
            onChange={({ currentTarget }) => set({ guardianLifts: currentTarget.checked })}
          />
          {t('settings.guardianLifts')}
        </label>
        <div className={classes.acts}>
          <Button
            variant="subtle"
            aria-label={t('team.removeOf', { name: called })}
            onClick={() => edit(({ curfew }) => ({ curfew: curfew.filter(({ id }) => id !== rule.id) }))}
          >
            {t('team.remove')}
          </Button>
        </div>
      </div>
    </details>
  );
}

function Bands({ settings: { ageBands }, edit }: Part) {
  const { t } = useTranslation();
  return (
    <>
      <ul className={classes.list}>
        {ageBands.map(({ id, name }) => (
          <li key={id} className={classes.rate} data-band={id}>
            <NameField
              label={t('settings.band')}
              value={bandName(t, name)}
              onChange={(next) =>
                edit((now) => ({ ageBands: now.ageBands.map((one) => (one.id === id ? { id, name: next } : one)) }))
              }
            />
            <Button
              variant="subtle"
              aria-label={t('team.removeOf', { name: bandName(t, name) })}
              onClick={() =>
                edit((now) => ({
                  ageBands: now.ageBands.filter((one) => one.id !== id),
                  curfew: now.curfew.map((rule) => ({ ...rule, ageBands: rule.ageBands.filter((one) => one !== id) })),
                }))
              }
            >
              {t('team.remove')}
            </Button>
          </li>
        ))}
      </ul>
      <div className={classes.acts}>
        <Button
          variant="default"
          onClick={() =>
            edit((now) => ({
              ageBands: [...now.ageBands, { id: freeId('age', now.ageBands), name: t('settings.band') }],
            }))
          }
        >
          {t('settings.addBand')}
        </Button>
      </div>
    </>
  );
}

/** Bands and rules. Without a rule nobody is asked for an age. */
export function CurfewList({ settings, edit }: Part) {
  const { t } = useTranslation();
  const [wrong, setWrong] = useState<PlayerProblem>();
  const take = (): void => {
    setWrong(undefined);
    cafeCalls.curfew().then(
      (example) => (example.ok ? edit(() => example.value) : setWrong(problemFrom(example.error))),
      () => setWrong(problem('HUB_UNREACHABLE')),
    );
  };
  const add = (): void =>
    edit(({ curfew, ageBands }) => ({
      curfew: [
        ...curfew,
        {
          ...{ id: freeId('rule', curfew), name: t('settings.newRule'), days: 'any', guardianLifts: false },
          ...{ fromMinute: 22 * 60, toMinute: 32 * 60 }, // 22:00 to 08:00.
          ageBands: ageBands.slice(0, 1).map(({ id }) => id),
        },
      ],
    }));
  return (
    <section className={`${panel.panel} ${classes.stack}`} data-curfew>
      <h2 className={panel.title}>{t('settings.fields.curfew')}</h2>
      <p className={panel.small}>{t('settings.curfewHint')}</p>
      <Bands {...{ settings, edit }} />
      {settings.curfew.length === 0 && <p>{t('settings.noRules')}</p>}
      {settings.curfew.map((rule) => (
        <Rule key={rule.id} {...{ settings, edit, rule }} />
      ))}
      <div className={classes.acts}>
        <Button variant="default" onClick={add} disabled={settings.ageBands.length === 0}>
          {t('settings.addRule')}
        </Button>
        <Button variant="default" onClick={take}>
          {t('settings.taipei')}
        </Button>
      </div>
      {wrong !== undefined && <ProblemCard problem={wrong} />}
    </section>
  );
}

// clients/web/src/pages/cafe/package-list.tsx - packages of the three kinds: changed, added, taken away.
import { Button, NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { CafePackage, CafeSettings, PackageRule } from '../../../../../src/protocol/cafe-settings.ts';
import panel from '../../ui/panel.module.css';
import classes from './cafe.module.css';
import { money } from './local-money.ts';
import { useGroups } from './member-card.tsx';
import { type Edit, freeId } from './settings-draft.ts';
import { Checks, CountField, MoneyField, NameField, useDays, WindowFields } from './settings-fields.tsx';

const KINDS = ['duration', 'window', 'duration-in-window'] as const;
const MINUTES_MAX = 1_440;
const [EVERY_DAY, MINUTES, NIGHT] = [
  [0, 1, 2, 3, 4, 5, 6, 7],
  180,
  { fromMinute: 23 * 60, toMinute: 31 * 60 }, // 23:00 to 07:00.
] as const;

/** The rule as another kind; what both kinds have stays. */
function asKind(rule: PackageRule, kind: PackageRule['kind']): PackageRule {
  const minutes = rule.kind === 'window' ? MINUTES : rule.minutes;
  const window = rule.kind === 'duration' ? { days: [...EVERY_DAY], ...NIGHT } : rule;
  const { days, fromMinute, toMinute } = window;
  switch (kind) {
    case 'duration':
      return { kind, minutes };
    case 'window':
      return { kind, days, fromMinute, toMinute };
    default:
      return { kind, minutes, days, fromMinute, toMinute };
  }
}

type OneProps = {
  readonly settings: CafeSettings;
  readonly one: CafePackage;
  readonly set: (to: Partial<CafePackage>) => void;
  readonly onRemove: () => void;
};

function Package({ settings, one, set, onRemove }: OneProps) {
  const { t } = useTranslation();
  const groups = useGroups(settings);
  const days = useDays('short');
  const { currency, zones } = settings;
  const { name, priceMinor, rule } = one;
  return (
    <details className={classes.more} data-package={one.id}>
      <summary>
        {name} · {priceMinor === '' ? '–' : money(priceMinor, currency)} · {t(`settings.kinds.${rule.kind}`)}
      </summary>
      <div className={classes.stack}>
        <div className={classes.form}>
          <NameField label={t('settings.called')} value={name} onChange={(next) => set({ name: next })} />
          <MoneyField
            label={t('cafe.shift.amount', { code: currency.code })}
            value={priceMinor}
            currency={currency}
            onChange={(next) => set({ priceMinor: next })}
          />
          <NativeSelect
            label={t('settings.kind')}
            value={rule.kind}
            data={KINDS.map((value) => ({ value, label: t(`settings.kinds.${value}`) }))}
            onChange={({ currentTarget: { value } }) =>
              set({ rule: asKind(rule, KINDS.find((kind) => kind === value) ?? rule.kind) })
            }
          />
          {rule.kind !== 'window' && (
            <CountField
              label={t('settings.minutes')}
              value={rule.minutes}
              least={1}
              most={MINUTES_MAX}
              onChange={(minutes) => set({ rule: { ...rule, minutes } })}
            />
          )}
          {rule.kind !== 'duration' && (
            <WindowFields value={rule} onChange={(window) => set({ rule: { ...rule, ...window } })} />
          )}
        </div>
        {rule.kind !== 'duration' && (
          <Checks
            label={t('settings.beginsOn')}
            value={rule.days}
            options={days}
            onChange={(next) => set({ rule: { ...rule, days: [...next] } })}
          />
        )}
        <Checks
          label={t('settings.zones')}
          value={one.zones}
          options={zones.map(({ id, name: label }) => ({ value: id, label }))}
          onChange={(next) => set({ zones: [...next] })}
        />
        <Checks
          label={t('settings.buyers')}
          value={one.groups}
          options={groups}
          onChange={(next) => set({ groups: [...next] })}
        />
        <div className={classes.acts}>
          <Button variant="subtle" aria-label={t('team.removeOf', { name })} onClick={onRemove}>
            {t('team.remove')}
          </Button>
        </div>
      </div>
    </details>
  );
}

/** The list, each with its form folded. */
export function PackageList({ settings, edit }: { settings: CafeSettings; edit: Edit }) {
  const { t } = useTranslation();
  const set = (id: string, to: Partial<CafePackage>): void =>
    edit(({ packages }) => ({ packages: packages.map((one) => (one.id === id ? { ...one, ...to } : one)) }));
  const add = (): void =>
    edit(({ packages, zones, groups }) => ({
      packages: [
        ...packages,
        {
          ...{ id: freeId('package', packages), name: t('settings.newPackage'), priceMinor: '' },
          zones: zones.map(({ id }) => id),
          groups: ['guest', ...groups.map(({ id }) => id)],
          rule: { kind: 'duration', minutes: MINUTES },
        },
      ],
    }));
  return (
    <section className={`${panel.panel} ${classes.stack}`} data-packages>
      <h2 className={panel.title}>{t('settings.fields.packages')}</h2>
      {settings.packages.length === 0 && <p>{t('settings.noPackages')}</p>}
      {settings.packages.map((one) => (
        <Package
          key={one.id}
          {...{ settings, one }}
          set={(to) => set(one.id, to)}
          onRemove={() => edit(({ packages }) => ({ packages: packages.filter(({ id }) => id !== one.id) }))}
        />
      ))}
      <div className={classes.acts}>
        <Button variant="default" data-add-package onClick={add}>
          {t('settings.addPackage')}
        </Button>
      </div>
    </section>
  );
}

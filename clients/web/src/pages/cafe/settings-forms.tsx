// clients/web/src/pages/cafe/settings-forms.tsx - the smaller parts of the settings: zones and groups, reckoning, holidays, what the
// cloud may cost, the receipt.
import '@mantine/core/styles/Input.css';
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { dayOf } from '../../../../../src/cafe/local-time.ts';
import type { CafeSettings, Rounding } from '../../../../../src/protocol/cafe-settings.ts';
import panel from '../../ui/panel.module.css';
import classes from './cafe.module.css';
import { type Edit, freeId } from './settings-draft.ts';
import { CapField, Checks, CountField, ListField, MoneyField, NameField, useDays } from './settings-fields.tsx';
import { narrow, typedCount } from './typed-number.ts';

/** What every part of the settings is given. */
export type SettingsForm = { readonly settings: CafeSettings; readonly edit: Edit };
const without = <T,>(list: readonly T[], one: T): T[] => list.filter((other) => other !== one);

/** A zone that goes takes its prices with it; packages count in it no more. The hub keeps a zone that has seats. */
function withoutZone({ zones, tariffs, packages }: CafeSettings, id: string): Partial<CafeSettings> {
  return {
    zones: zones.filter((zone) => zone.id !== id),
    tariffs: tariffs.filter(({ zone }) => zone !== id),
    packages: packages.map((one) => ({ ...one, zones: without(one.zones, id) })),
  };
}
function withoutGroup({ groups, tariffs, packages }: CafeSettings, id: string): Partial<CafeSettings> {
  return {
    groups: groups.filter((group) => group.id !== id),
    tariffs: tariffs.filter(({ group }) => group !== id),
    packages: packages.map((one) => ({ ...one, groups: without(one.groups, id) })),
  };
}
/** A new zone costs what the first one costs until it is painted. */
function withZone({ zones, tariffs }: CafeSettings, name: string): Partial<CafeSettings> {
  const id = freeId('zone', zones);
  const like = tariffs.find(({ zone, group }) => zone === zones[0]?.id && group === 'guest');
  return {
    zones: [...zones, { id, name, postpaid: false }],
    tariffs: like === undefined ? tariffs : [...tariffs, { ...like, zone: id }],
  };
}

/** Zones with their switch of paying later, and member groups. */
export function Places({ settings: { zones, groups }, edit }: SettingsForm) {
  const { t } = useTranslation();
  const setZone = (id: string, to: Partial<CafeSettings['zones'][number]>): void =>
    edit((now) => ({ zones: now.zones.map((zone) => (zone.id === id ? { ...zone, ...to } : zone)) }));
  return (
    <section className={`${panel.panel} ${classes.stack}`} data-places>
      <h2 className={panel.title}>{t('settings.places')}</h2>
      <ul className={classes.list}>
        {zones.map(({ id, name, postpaid }) => (
          <li key={id} className={classes.rate} data-zone={id}>
            <NameField label={t('settings.zone')} value={name} onChange={(next) => setZone(id, { name: next })} />
            <label className={classes.check}>
              <input
                type="checkbox"
                checked={postpaid}
                onChange={({ currentTarget }) => setZone(id, { postpaid: currentTarget.checked })}
              />
              {t('settings.postpaid')}
            </label>
            {zones.length > 1 && (
              <Button
                variant="subtle"
                aria-label={t('team.removeOf', { name })}
                onClick={() => edit((now) => withoutZone(now, id))}
              >
                {t('team.remove')}
              </Button>
            )}
          </li>
        ))}
        {groups.map(({ id, name }) => (
          <li key={id} className={classes.rate} data-group={id}>
            <NameField
              label={t('people.group')}
              value={name}
              onChange={(next) =>
                edit((now) => ({ groups: now.groups.map((one) => (one.id === id ? { id, name: next } : one)) }))
              }
            />
            <Button
              variant="subtle"
              aria-label={t('team.removeOf', { name })}
              onClick={() => edit((now) => withoutGroup(now, id))}
            >
              {t('team.remove')}
            </Button>
          </li>
        ))}
      </ul>
      <div className={classes.acts}>
        <Button variant="default" data-add-zone onClick={() => edit((now) => withZone(now, t('settings.newZone')))}>
          {t('settings.addZone')}
        </Button>
        <Button
          variant="default"
          onClick={() =>
            edit((now) => ({
              groups: [...now.groups, { id: freeId('group', now.groups), name: t('settings.newGroup') }],
            }))
          }
        >
          {t('settings.addGroup')}
        </Button>
      </div>
      <p className={panel.small}>{t('settings.placesHint')}</p>
    </section>
  );
}

const MODES = ['up', 'down', 'nearest'] as const satisfies readonly Rounding['mode'][];

/** Minimum, rounding, presets, and how long a payment may be taken back. */
export function Reckoning({ settings, edit }: SettingsForm) {
  const { t } = useTranslation();
  const { currency, rounding, presetMinutes } = settings;
  const badPreset = presetMinutes.length === 0 || presetMinutes.some((minutes) => Number.isNaN(minutes));
  const count = (field: 'voidMinutes' | 'refundMinutes' | 'creditMinutesMax', least: number, most: number) => (
    <CountField
      {...{ least, most }}
      label={t(`settings.fields.${field}`)}
      value={settings[field]}
      onChange={(minutes) => edit(() => ({ [field]: minutes }))}
    />
  );
  return (
    <section className={`${panel.panel} ${classes.stack}`} data-reckoning>
      <h2 className={panel.title}>{t('settings.reckoning')}</h2>
      <div className={classes.form}>
        <MoneyField
          label={t('settings.fields.minimumMinor')}
          value={settings.minimumMinor}
          currency={currency}
          onChange={(minimumMinor) => edit(() => ({ minimumMinor }))}
        />
        <MoneyField
          label={t('settings.step')}
          value={rounding.stepMinor}
          currency={currency}
          onChange={(stepMinor) =>
            edit((now) => ({ rounding: { ...now.rounding, stepMinor: stepMinor === '0' ? '' : stepMinor } }))
          }
        />
        <NativeSelect
          label={t('settings.fields.rounding')}
          value={rounding.mode}
          data={MODES.map((value) => ({ value, label: t(`settings.modes.${value}`) }))}
          onChange={({ currentTarget: { value } }) =>
            edit((now) => ({ rounding: { ...now.rounding, mode: MODES.find((mode) => mode === value) ?? 'up' } }))
          }
        />
        <ListField
          label={t('settings.fields.presetMinutes')}
          value={presetMinutes}
          print={(minutes) => (Number.isNaN(minutes) ? '' : String(minutes))}
          read={(text) => typedCount(text, 0, 9_999)}
          error={badPreset ? t('settings.badPresets') : undefined}
          onChange={(list) => edit(() => ({ presetMinutes: list }))}
        />
        {count('voidMinutes', 1, 720)}
        {count('refundMinutes', 1, 10_080)}
        {count('creditMinutesMax', 0, 600)}
      </div>
      <p className={panel.small}>{t('settings.reckoningHint')}</p>
    </section>
  );
}

/** A date as it is kept, '2027-02-28', also of '2027/2/28'; what is none stays as it was typed. */
const dateOf = (text: string): string =>
  text.replace(/^(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})$/, (_, year: string, month: string, day: string) =>
    [year, month.padStart(2, '0'), day.padStart(2, '0')].join('-'),
  );

/** Dates that are no weekdays, and weekdays without school. */
export function Holidays({ settings: { holidays, restWeekdays }, edit }: SettingsForm) {
  const { t } = useTranslation();
  const weekdays = useDays('short').filter(({ value }) => value < 7);
  const bad = holidays.find((date) => !/^2\d{3}-\d\d-\d\d$/.test(date) || dayOf(date) === undefined);
  return (
    <section className={`${panel.panel} ${classes.stack}`} data-holidays>
      <h2 className={panel.title}>{t('settings.fields.holidays')}</h2>
      <ListField
        label={t('settings.dates')}
        value={holidays}
        print={(date) => date}
        read={dateOf}
        error={bad === undefined ? undefined : t('settings.badDate', { date: bad })}
        onChange={(list) => edit(() => ({ holidays: list }))}
      />
      <Checks
        label={t('settings.fields.restWeekdays')}
        value={restWeekdays}
        options={weekdays}
        onChange={(list) => edit(() => ({ restWeekdays: [...list] }))}
        mayBeEmpty
      />
    </section>
  );
}

const CAPS = ['dayWei', 'shiftWei', 'seatWei', 'seatHourWei'] as const;

/** What the café may spend on the cloud, in DBC, and what a dollar is, for the margin. */
export function Caps({ settings: { caps, currency }, edit }: SettingsForm) {
  const { t } = useTranslation();
  const set = (cap: keyof CafeSettings['caps'], value: string | number | undefined): void =>
    edit((now) => {
      const { [cap]: _old, ...others } = now.caps;
      return { caps: value === undefined ? others : { ...others, [cap]: value } };
    });
  return (
    <section className={`${panel.panel} ${classes.stack}`} data-caps>
      <h2 className={panel.title}>{t('settings.fields.caps')}</h2>
      <div className={classes.form}>
        {CAPS.map((cap) => (
          <CapField key={cap} label={t(`settings.caps.${cap}`)} value={caps[cap]} onChange={(wei) => set(cap, wei)} />
        ))}
        <TextInput
          label={t('settings.caps.nodesMax')}
          inputMode="numeric"
          autoComplete="off"
          placeholder={t('settings.noCap')}
          value={caps.nodesMax === undefined ? '' : String(caps.nodesMax)}
          onChange={({ currentTarget: { value } }) => {
            const digits = narrow(value).replaceAll(/\D/g, '').slice(0, 4).replace(/^0+/, '');
            set('nodesMax', digits === '' ? undefined : Number(digits));
          }}
        />
        <MoneyField
          label={t('settings.dollar')}
          value={currency.minorPerUsd}
          currency={currency}
          onChange={(minorPerUsd) => edit((now) => ({ currency: { ...now.currency, minorPerUsd } }))}
        />
      </div>
      <p className={panel.small}>{t('settings.capsHint')}</p>
    </section>
  );
}

const IDLE = { minutes: 10, graceSeconds: 60, guestsGoOn: true };

/** What happens on a seat that nobody touches, or that is not heard of. */
export function Idle({ settings: { idle, unseenPlayCounts }, edit }: SettingsForm) {
  const { t } = useTranslation();
  const set = (to: Partial<typeof IDLE>): void => edit((now) => ({ idle: { ...IDLE, ...now.idle, ...to } }));
  return (
    <section className={`${panel.panel} ${classes.stack}`} data-idle>
      <h2 className={panel.title}>{t('settings.fields.idle')}</h2>
      <label className={classes.check}>
        <input
          type="checkbox"
          checked={idle !== undefined}
          onChange={({ currentTarget: { checked } }) => edit(() => ({ idle: checked ? IDLE : undefined }))}
        />
        {t('settings.idle.ask')}
      </label>
      {idle !== undefined && (
        <>
          <div className={classes.form}>
            <CountField
              label={t('settings.idle.minutes')}
              value={idle.minutes}
              least={1}
              most={120}
              onChange={(minutes) => set({ minutes })}
            />
            <CountField
              label={t('settings.idle.grace')}
              value={idle.graceSeconds}
              least={10}
              most={300}
              onChange={(graceSeconds) => set({ graceSeconds })}
            />
          </div>
          <label className={classes.check}>
            <input
              type="checkbox"
              checked={idle.guestsGoOn}
              onChange={({ currentTarget }) => set({ guestsGoOn: currentTarget.checked })}
            />
            {t('settings.idle.guestsGoOn')}
          </label>
        </>
      )}
      <label className={classes.check}>
        <input
          type="checkbox"
          checked={unseenPlayCounts === true}
          onChange={({ currentTarget: { checked } }) => edit(() => ({ unseenPlayCounts: checked ? true : undefined }))}
        />
        {t('settings.fields.unseenPlayCounts')}
      </label>
    </section>
  );
}

/** What the café is called, and what stands above and below each receipt. */
export function Paper({ settings: { name, receipt }, edit }: SettingsForm) {
  const { t } = useTranslation();
  return (
    <section className={`${panel.panel} ${classes.stack}`} data-paper-words>
      <h2 className={panel.title}>{t('settings.fields.receipt')}</h2>
      <div className={classes.form}>
        <NameField label={t('cafe.open.name')} value={name} onChange={(next) => edit(() => ({ name: next }))} />
        {(['header', 'footer'] as const).map((place) => (
          <TextInput
            key={place}
            label={t(`settings.paper.${place}`)}
            value={receipt[place]}
            maxLength={300}
            onChange={({ currentTarget: { value } }) =>
              edit((now) => ({ receipt: { ...now.receipt, [place]: value } }))
            }
          />
        ))}
      </div>
    </section>
  );
}

const LINE_KBPS = 100_000;

/** One line for all seats. */
export function Line({ settings: { lineKbps }, edit }: SettingsForm) {
  const { t } = useTranslation();
  return (
    <section className={`${panel.panel} ${classes.stack}`} data-line>
      <h2 className={panel.title}>{t('settings.fields.lineKbps')}</h2>
      <label className={classes.check}>
        <input
          type="checkbox"
          checked={lineKbps !== undefined}
          onChange={({ currentTarget: { checked } }) => edit(() => ({ lineKbps: checked ? LINE_KBPS : undefined }))}
        />
        {t('settings.line.share')}
      </label>
      {lineKbps !== undefined && (
        <CountField
          label={t('settings.line.kbps')}
          value={lineKbps}
          least={1_000}
          most={999_999}
          onChange={(kbps) => edit(() => ({ lineKbps: kbps }))}
        />
      )}
    </section>
  );
}

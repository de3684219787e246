// clients/web/src/pages/cafe/preview-card.tsx - 'Saturday 23:10, VIP, member': what the settings, as they are typed, mean for somebody
// who comes then.
import '@mantine/core/styles/Input.css';
import { NativeSelect, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LocalTime, weekdayOf } from '../../../../../src/cafe/local-time.ts';
import type { CafeInfo } from '../../../../../src/protocol/cafe-api.ts';
import type { CafeSettings } from '../../../../../src/protocol/cafe-settings.ts';
import { span } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import classes from './cafe.module.css';
import { money } from './local-money.ts';
import { useGroups } from './member-card.tsx';
import { instantAt, type Preview, previewOf } from './price-preview.ts';
import { clockOf, useDays } from './settings-fields.tsx';

const MINUTE_MS = 60_000;
type Fact = { readonly key: string; readonly term: string; readonly text: string };

/** The preview in words, one line a fact. */
function useFacts(settings: CafeSettings, seen: Preview | undefined): Fact[] {
  const { t } = useTranslation();
  const days = useDays('short');
  if (seen === undefined) return [];
  const { currency, timeZone } = settings;
  const time = new LocalTime(timeZone);
  const wall = (atMs: number): string => {
    const { day, minute } = time.wallAt(atMs);
    return `${days[weekdayOf(day)]?.label} ${clockOf(minute)}`;
  };
  const price = (minor: bigint | undefined): string => (minor === undefined ? '–' : money(minor, currency));
  return [
    { key: 'hour', term: t('settings.fields.tariffs'), text: price(seen.hourMinor) },
    ...seen.presets.map(({ minutes, dueMinor }) => ({
      ...{ key: `preset ${minutes}`, term: span(minutes * MINUTE_MS), text: price(dueMinor) },
    })),
    ...seen.packages.map(({ id, name, dueMinor, untilMs }) => ({
      ...{ key: `package ${id}`, term: name },
      text:
        untilMs === undefined
          ? price(dueMinor)
          : t('settings.preview.until', { price: price(dueMinor), time: wall(untilMs) }),
    })),
    ...seen.ages.map(({ id, name, refusedBy, untilMs }) => ({
      ...{ key: `age ${id}`, term: name },
      text:
        refusedBy !== undefined
          ? t('settings.preview.refused', { rule: refusedBy, time: wall(untilMs ?? 0) })
          : untilMs === undefined
            ? t('settings.preview.admitted')
            : t('settings.preview.admittedUntil', { time: wall(untilMs) }),
    })),
  ];
}

/** Reckons with what is typed, saved or not. `right`: whether the settings hold together. */
export function PreviewCard({ info, settings, right }: { info: CafeInfo; settings: CafeSettings; right: boolean }) {
  const { t } = useTranslation();
  const groups = useGroups(settings);
  const [when, setWhen] = useState(`${info.today}T${clockOf(info.minute)}`);
  const [wantedZone, setZone] = useState('');
  const [wantedGroup, setGroup] = useState('guest');
  const zone = settings.zones.find(({ id }) => id === wantedZone)?.id ?? settings.zones[0]?.id ?? '';
  const group = groups.find(({ value }) => value === wantedGroup)?.value ?? 'guest';
  const seen = useMemo(() => {
    const atMs = right ? instantAt(settings.timeZone, when) : undefined;
    return atMs === undefined ? undefined : previewOf(settings, { zone, group, atMs });
  }, [settings, right, when, zone, group]);
  const facts = useFacts(settings, seen);
  return (
    <section className={`${panel.panel} ${classes.stack}`} data-preview>
      <h2 className={panel.title}>{t('settings.preview.title')}</h2>
      <div className={classes.form}>
        <TextInput
          type="datetime-local"
          label={t('settings.preview.when')}
          value={when}
          onChange={({ currentTarget }) => setWhen(currentTarget.value)}
        />
        <NativeSelect
          label={t('settings.zone')}
          value={zone}
          data={settings.zones.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={({ currentTarget }) => setZone(currentTarget.value)}
        />
        <NativeSelect
          label={t('people.group')}
          value={group}
          data={groups}
          onChange={({ currentTarget }) => setGroup(currentTarget.value)}
        />
      </div>
      {seen === undefined ? (
        <p className={panel.small}>{t('settings.preview.notYet')}</p>
      ) : (
        <dl className={panel.facts} aria-live="polite">
          {facts.map(({ key, term, text }) => (
            <div key={key} className={classes.fact} data-fact={key}>
              <dt>{term}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

// clients/web/src/pages/cafe/settings-part.tsx - prices and rules of a site: one document that is edited, tried and saved as a whole.
// Nothing typed is lost: not by another part of the page, not by a refusal, not by somebody who saved first.
import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CafeId } from '../../../../../src/base/ids.ts';
import { mayDo } from '../../../../../src/cafe/roles.ts';
import type { CafeInfo } from '../../../../../src/protocol/cafe-api.ts';
import panel from '../../ui/panel.module.css';
import { withPresetNames } from '../../ui/preset-names.ts';
import { ActProblem } from './act-problem.tsx';
import classes from './cafe.module.css';
import { CurfewList } from './curfew-list.tsx';
import { PackageList } from './package-list.tsx';
import { PreviewCard } from './preview-card.tsx';
import {
  bothChanged,
  changedBy,
  changedFields,
  type Draft,
  type Edit,
  type Field,
  faultyField,
  onTopOf,
} from './settings-draft.ts';
import { Caps, Holidays, Idle, Line, Paper, Places, Reckoning } from './settings-forms.tsx';
import { useAct } from './use-act.ts';
import { WeekPainter } from './week-painter.tsx';

/** What is typed and not saved, by site: it outlives a look at the floor. */
const typed = new Map<CafeId, Draft>();

function useDraft(cafe: CafeId) {
  const [draft, setDraft] = useState(() => typed.get(cafe));
  const changed = draft === undefined ? [] : changedFields(draft.base, draft.mine);
  const dirty = changed.length > 0;
  useEffect(() => {
    if (draft === undefined || !dirty) typed.delete(cafe);
    else typed.set(cafe, draft);
  }, [cafe, draft, dirty]);
  useEffect(() => {
    if (!dirty) return;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [dirty]);
  return { draft, setDraft, changed };
}

function useNames(): (fields: readonly Field[]) => string {
  const { t } = useTranslation();
  return (fields) => fields.map((field) => t(`settings.fields.${field}`)).join(', ');
}

/** Somebody saved first: what both changed is named, and the person chooses. */
function Meanwhile({ both, onMine, onTheirs }: { both: readonly Field[]; onMine: () => void; onTheirs: () => void }) {
  const { t } = useTranslation();
  const names = useNames();
  return (
    <div className={classes.stack} role="alert" data-meanwhile={both.join(' ')}>
      <p className={panel.warn}>{t('settings.meanwhile')}</p>
      {both.length > 0 && <p>{t('settings.both', { parts: names(both) })}</p>}
      <div className={classes.acts}>
        <Button onClick={onMine}>{t('settings.mineOnTop')}</Button>
        <Button variant="default" onClick={onTheirs}>
          {t('settings.takeTheirs')}
        </Button>
      </div>
    </div>
  );
}

/** The whole page. Who may not change the settings reads them. */
export function SettingsPart({ info }: { info: CafeInfo }) {
  const { t } = useTranslation();
  const names = useNames();
  const acting = useAct(info.cafe);
  const { draft, setDraft, changed } = useDraft(info.cafe);
  const dirty = changed.length > 0;
  // What was just saved counts until the hub's own answer has come.
  const current = draft !== undefined && (dirty || draft.version > info.version) ? draft : undefined;
  const { version, mine: settings } = current ?? { version: info.version, mine: info.settings };
  const stale = dirty && info.version > version && !acting.busy;
  const faulty = faultyField(settings);
  const edit: Edit = (change) =>
    setDraft((now) => {
      const from = now !== undefined && (now.version >= info.version || changedFields(now.base, now.mine).length > 0);
      const {
        base,
        mine,
        version: seen,
      } = from ? now : { base: info.settings, mine: info.settings, version: info.version };
      return { base, version: seen, mine: changedBy(mine, change(mine)) };
    });
  const save = (): void =>
    acting.act('settings', { version, settings }, (answer) =>
      setDraft((now) => ({
        ...{ version: answer.settingsVersion ?? version + 1, base: settings },
        mine: now?.mine ?? settings,
      })),
    );
  const renew = (to: Draft | undefined): void => {
    acting.clear();
    setDraft(to);
  };
  const parts = { settings, edit };
  return (
    <div className={classes.page} data-settings={version}>
      <PreviewCard info={info} settings={withPresetNames(t, settings)} right={faulty === undefined} />
      <fieldset className={classes.whole} disabled={!mayDo(info.role, 'settings').ok}>
        <WeekPainter {...parts} />
        <PackageList {...parts} />
        <Places {...parts} />
        <Reckoning {...parts} />
        <Holidays {...parts} />
        <CurfewList {...parts} />
        <Idle {...parts} />
        <Line {...parts} />
        <Caps {...parts} />
        <Paper {...parts} />
      </fieldset>
      <section
        className={`${panel.panel} ${classes.stack} ${dirty ? classes.saveBar : ''}`}
        aria-label={t('settings.save')}
      >
        {stale && draft !== undefined && (
          <Meanwhile
            both={bothChanged(draft, info.settings)}
            onMine={() => renew(onTopOf(draft, info.settings, info.version))}
            onTheirs={() => renew(undefined)}
          />
        )}
        {!stale && <ActProblem acting={acting} />}
        <p className={panel.small} role="status" data-changed={changed.join(' ')}>
          {dirty ? t('settings.changed', { parts: names(changed) }) : t('settings.unchanged')}
        </p>
        {faulty !== undefined && <p className={panel.stop}>{t('settings.notRight', { part: names([faulty]) })}</p>}
        {dirty && !stale && (
          <div className={classes.acts}>
            <Button onClick={save} disabled={faulty !== undefined || acting.busy} data-save>
              {t('settings.save')}
            </Button>
            <Button variant="default" onClick={() => renew(undefined)} disabled={acting.busy}>
              {t('settings.undo')}
            </Button>
          </div>
        )}
      </section>
    </div>
  );
}

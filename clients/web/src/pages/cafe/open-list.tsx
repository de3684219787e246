// clients/web/src/pages/cafe/open-list.tsx - who sits where since when, what they paid and until when: on the screen and on A4, from
// what was last known. A desk whose line or power goes has it on paper.
import { Button } from '@mantine/core';
import { useState } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import type { CafeSettings } from '../../../../../src/protocol/cafe-settings.ts';
import type { SeatView } from '../../../../../src/protocol/cafe-things.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { clock, dayAndTime } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import classes from './cafe.module.css';
import { money } from './local-money.ts';
import { chargedHere } from './price-here.ts';
import { bySeat } from './seat-forms.tsx';

type Open = {
  readonly settings: CafeSettings;
  readonly seats: readonly SeatView[];
  readonly hubMs: number;
  /** When the hub was last heard, by this clock. */
  readonly heardAtMs: number;
};

function Table({ settings: { name, currency }, seats, hubMs, heardAtMs }: Open) {
  const { t } = useTranslation();
  const open = seats.flatMap((view) => (view.tab === undefined ? [] : [{ view, tab: view.tab }]));
  const head = [
    t('cafe.floor.type'),
    t('desk.view.customer'),
    t('desk.openList.since'),
    t('cafe.seat.charged'),
    t('cafe.seat.paid'),
    t('desk.view.ends'),
  ];
  return (
    <div data-open-list={open.length}>
      <p className={panel.small}>{t('desk.openList.state', { name, time: dayAndTime(heardAtMs) })}</p>
      <ScrollTable name={t('desk.openList.title')} head={head.map((one) => ({ name: one }))}>
        {open
          .sort((a, b) => bySeat(a.view, b.view))
          .map(({ view, tab }) => (
            <tr key={view.seat} data-open={view.seat}>
              <td>{view.seat}</td>
              <td>{tab.label || t(`desk.who.${tab.who}`)}</td>
              <td>{clock(tab.openedAtMs)}</td>
              <td>{money(chargedHere(view, hubMs), currency)}</td>
              <td>{tab.postpaid ? t('desk.openList.later') : money(tab.paidMinor, currency)}</td>
              <td>{tab.endsAtMs === undefined ? t(`cafe.states.${view.state}`) : clock(tab.endsAtMs)}</td>
            </tr>
          ))}
      </ScrollTable>
    </div>
  );
}

/** The button, and what it opens. */
export function OpenList(open: Open) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  const close = (): void => setShown(false);
  return (
    <>
      <Button
        variant="default"
        data-open-button
        disabled={open.seats.every(({ tab }) => tab === undefined)}
        onClick={() => setShown(true)}
      >
        {t('desk.openList.title')}
      </Button>
      {shown && (
        <Dialog title={t('desk.openList.title')} onClose={close}>
          <div className={classes.stack}>
            <Table {...open} />
            <Button data-autofocus onClick={() => window.print()}>
              {t('desk.print')}
            </Button>
          </div>
          {createPortal(
            <div className={classes.sheet}>
              <Table {...open} />
            </div>,
            document.body,
          )}
        </Dialog>
      )}
    </>
  );
}

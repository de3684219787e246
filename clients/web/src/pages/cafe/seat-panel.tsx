// clients/web/src/pages/cafe/seat-panel.tsx - everything that can be done with one seat. Letters open its parts: E extend, M move,
// G message, R with a reason, S stop; Escape closes it.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { mayDo } from '../../../../../src/cafe/roles.ts';
import { configQuery } from '../../app/config.ts';
import { useGameTitle } from '../../app/game-title.ts';
import { newKey } from '../../player/ids.ts';
import { clock, dbc, ms, span, usd } from '../../ui/format.ts';
import { Icon } from '../../ui/icons.tsx';
import panel from '../../ui/panel.module.css';
import { ActProblem } from './act-problem.tsx';
import { BuyForm } from './buy-form.tsx';
import classes from './cafe.module.css';
import { money } from './local-money.ts';
import { spendingOf } from './may-spend.ts';
import { PairForm } from './pair-form.tsx';
import { marginHere } from './price-here.ts';
import { SeatCare } from './seat-care.tsx';
import { SeatEdit } from './seat-edit.tsx';
import { KeepForm, MoveForm, SayForm, type SeatPart, StopForm, typedAt } from './seat-forms.tsx';
import { SeatMark, seatTone } from './seat-mark.tsx';
import { useSeatTime } from './seat-tile.tsx';
import { useAct } from './use-act.ts';

/** A part that is folded; `letter` opens it. */
function More({ name, letter, children }: { name: string; letter?: string; children: ReactNode }) {
  return (
    <details className={classes.more} data-letter={letter}>
      <summary>{name}</summary>
      {children}
    </details>
  );
}

const FIELDS = 'input, select, textarea, button';

/** Opens the part of a letter and puts the keys there. */
function openPart(place: HTMLElement, letter: string): boolean {
  const part = place.querySelector<HTMLDetailsElement>(`details[data-letter="${letter}"]`);
  if (part !== null) part.open = true;
  const first = (part ?? place.querySelector(`[data-first="${letter}"]`))?.querySelector<HTMLElement>(FIELDS);
  first?.focus();
  return first !== null && first !== undefined;
}

function PlayFacts({
  info: { settings },
  view: { tab, play, zone },
  hubMs,
}: Pick<SeatPart, 'info' | 'view' | 'hubMs'>) {
  const { t } = useTranslation();
  const { data: config } = useQuery(configQuery);
  const titleOf = useGameTitle();
  const margin =
    play && tab && config
      ? marginHere(
          settings,
          { zone, group: tab.group, rateWeiPerHour: play.rateWeiPerHour, atMs: hubMs },
          config.price.microUsdPerDbc,
        )
      : undefined;
  const facts = [
    ...(tab?.packages ?? []).map((name, index) => [`package-${index}`, t('desk.play.package'), name] as const),
    ...(tab === undefined || tab.creditedMs === 0
      ? []
      : [['credited', t('desk.play.credited'), span(tab.creditedMs)] as const]),
    ...(play === undefined
      ? []
      : ([
          ['game', t('desk.play.game'), titleOf(play.game)],
          ['node', t('desk.play.node'), play.nodeName],
          ...(play.rttMs === undefined || play.fps === undefined
            ? []
            : [
                [
                  'picture',
                  t('desk.play.picture'),
                  `${ms(play.rttMs)} · ${t('desk.play.fps', { fps: play.fps })}`,
                ] as const,
              ]),
          [
            'cost',
            t('desk.play.cost'),
            t('desk.play.perHour', { dbc: dbc(play.rateWeiPerHour, 2), spent: dbc(play.costWei, 2) }),
          ],
        ] as const)),
  ];
  if (facts.length === 0) return null;
  return (
    <>
      <dl className={panel.facts}>
        {facts.map(([id, name, value]) => (
          <div key={id} className={classes.fact} data-fact={id}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {margin !== undefined && config !== undefined && (
        <p className={margin < 0n ? panel.warn : panel.small} data-margin={margin.toString()}>
          {t(margin < 0n ? 'desk.play.belowCost' : 'desk.play.margin', {
            price: money(margin, settings.currency),
            rate: usd(config.price.microUsdPerDbc),
            time: clock(config.price.atMs),
          })}
        </p>
      )}
    </>
  );
}

/** The panel of the chosen seat. */
export function SeatPanel(given: Omit<SeatPart, 'acting'>) {
  const { info, floor, view, hubMs, down, outbox, onDone, onClose } = given;
  const { t } = useTranslation();
  const acting = useAct(info.cafe, outbox.flush); // What was typed before on this seat comes first.
  const timeOf = useSeatTime();
  const { seat, version, state, tab } = view;
  const { settings, cafe } = info;
  const startable = state === 'free' || state === 'reserved';
  const [opened] = useState(startable); // A seat that becomes free while it is shown takes no focus.
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    void place.current?.scrollIntoView({ block: 'nearest' }); // On a phone it opens above the seats.
    if (!opened) place.current?.focus({ preventScroll: true }); // For its letters.
  }, [opened]);
  useEffect(() => {
    const leave = ({ key }: globalThis.KeyboardEvent): void => {
      if (key === 'Escape' && document.querySelector('[role="dialog"]') === null) onClose();
    };
    window.addEventListener('keydown', leave); // From anywhere: a button that was pressed may be gone, and the focus with it.
    return () => window.removeEventListener('keydown', leave);
  });
  const letters = (event: KeyboardEvent<HTMLElement>): void => {
    const typing = event.target instanceof Element && event.target.matches('input:not([type=radio]), select, textarea');
    const elsewhere = !(event.target instanceof Node && event.currentTarget.contains(event.target)); // In a dialog over it.
    if (typing || elsewhere || event.ctrlKey || event.metaKey || event.altKey) return;
    if (openPart(event.currentTarget, event.key.toLowerCase())) event.preventDefault();
  };
  const spending = spendingOf(view, hubMs);
  const part: SeatPart = { ...given, acting };
  const buying = { cafe, settings, view, hubMs, down };
  return (
    <section
      ref={place}
      tabIndex={-1}
      className={`${panel.panel} ${classes.seatPanel}`}
      aria-label={t('cafe.seat.title', { seat })}
      data-panel={seat}
      onKeyDown={letters}
    >
      <div className={classes.panelHead}>
        <h2 data-tone={seatTone[state]}>
          <SeatMark state={state} /> {t('cafe.seat.title', { seat })}
        </h2>
        <Button variant="subtle" color="play" aria-label={t('shell.close')} onClick={onClose}>
          <Icon name="close" />
        </Button>
      </div>
      <p className={classes.panelState}>
        {[t(`cafe.states.${state}`), timeOf(view, hubMs), tab?.label ?? ''].filter((word) => word !== '').join(' · ')}
      </p>
      <div className={classes.stack}>
        {startable && floor.shift === undefined && <p className={panel.warn}>{t('cafe.floor.noShift')}</p>}
        {spending !== undefined && (startable || tab !== undefined) && (
          <p className={panel.warn} data-spending={spending}>
            <Icon name="warn" />{' '}
            {spending === 'over'
              ? t('desk.consent.over')
              : t('desk.consent.soon', { time: clock(view.device.consentUntilMs ?? 0) })}
          </p>
        )}
        {startable && (
          <BuyForm
            key={seat}
            {...buying}
            extending={false}
            focus={opened}
            busy={false}
            send={t('cafe.seat.start')}
            onBuy={(bought) => {
              const body = { key: newKey(), seat, version, typedAtMs: typedAt(hubMs, view), ...bought };
              void outbox.post({ act: 'start', body });
              onClose();
            }}
          />
        )}
        {state === 'out-of-order' && (
          <Button disabled={acting.busy} onClick={() => acting.act('mend', { seat, version })}>
            {t('cafe.seat.mend')}
          </Button>
        )}
        {(state === 'paused' || state === 'node-fault') && (
          <Button disabled={acting.busy} onClick={() => acting.act('resume', { seat, version })}>
            {t('cafe.seat.resume')}
          </Button>
        )}
        <PlayFacts {...{ info, view, hubMs }} />
        {tab !== undefined && <StopForm {...part} />}
        <ActProblem acting={acting} />
        {tab !== undefined && !tab.postpaid && (
          <More name={t('cafe.seat.extend')} letter="e">
            <BuyForm
              {...buying}
              extending
              focus={false}
              busy={acting.busy}
              send={t('cafe.seat.extend')}
              onBuy={({ buy, pay }) =>
                acting.act('extend', { seat, version, buy, pay }, ({ receipts }) => {
                  onDone(receipts);
                  onClose(); // One Enter too many sells no second hour.
                })
              }
            />
          </More>
        )}
        {tab !== undefined && (
          <More name={t('cafe.seat.move')} letter="m">
            <MoveForm {...part} />
          </More>
        )}
        {startable && (
          <More name={t('desk.keep.name')} letter="k">
            <KeepForm {...part} />
          </More>
        )}
        <More name={t('desk.say.name')} letter="g">
          <SayForm {...part} />
        </More>
        <More name={t('desk.care.withReason')} letter="r">
          <SeatCare {...part} />
        </More>
        <More name={t('cafe.pair.title')}>
          <PairForm key={String(view.device.paired)} role={info.role} view={view} acting={acting} />
        </More>
        {mayDo(info.role, 'seats.edit').ok && (
          <More name={t('desk.edit.title')}>
            <SeatEdit key={`${view.name} ${view.zone}`} {...part} />
          </More>
        )}
      </div>
    </section>
  );
}

// clients/web/src/pages/cafe/queue-strip.tsx - what happens while the line is down, and after: since when, what waits, what was
// done when it came back, and what somebody has to decide.
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { CafeInfo } from '../../../../../src/protocol/cafe-api.ts';
import { useStore } from '../../app/use-store.ts';
import { newKey } from '../../player/ids.ts';
import { clockToSecond } from '../../ui/format.ts';
import { Icon } from '../../ui/icons.tsx';
import panel from '../../ui/panel.module.css';
import { problemWhat } from '../../ui/problem-what.ts';
import classes from './cafe.module.css';
import { type DeskAct, type Outbox, type Queued, renewed } from './outbox.ts';
import { useTaken } from './receipt-paper.tsx';
import type { LiveFloor } from './use-floor.ts';

const SLOW_MS = 2_000;

/** How a refused act can be done all the same: a start whose age nobody asked, by each age; others as they are. */
function againWays({ act, body, refused }: Queued, { ageBands, curfew }: CafeInfo['settings']) {
  const asks = act === 'start' && (refused?.code === 'AGE_BAND_REQUIRED' || body.ageBand === undefined);
  const known = act === 'start' && body.who.kind === 'member' && refused?.code !== 'AGE_BAND_REQUIRED';
  return asks && !known && curfew.length > 0 ? ageBands : [undefined];
}

/** Above all parts of a café. `down`: no word from the hub. */
export function QueueStrip({
  info: { settings },
  live,
  outbox,
  nowMs,
  down,
}: {
  info: CafeInfo;
  live: LiveFloor;
  outbox: Outbox;
  nowMs: number;
  down: boolean;
}) {
  const { t } = useTranslation();
  const takenOf = useTaken(settings.currency);
  const [queued, done] = [useStore(outbox.queued), useStore(outbox.sent)];
  const oldMs = nowMs + live.aheadMs - SLOW_MS; // What was typed just now is under way.
  const waiting = queued.filter(
    ({ refused, body }) => refused === undefined && (down || (body.typedAtMs ?? 0) < oldMs),
  );
  const sent = done.filter(({ waited }) => waited);
  const refused = queued.filter((one) => one.refused !== undefined);
  const named = ({ act, body: { seat, typedAtMs } }: DeskAct): string =>
    t(`desk.queue.${act}`, { seat, time: clockToSecond((typedAtMs ?? 0) - live.aheadMs) });
  const stateOf = (number: string): string => {
    const view = live.floor.seats.find(({ seat }) => seat === number);
    return view === undefined ? '' : t('desk.queue.now', { state: t(`cafe.states.${view.state}`) });
  };
  return (
    <>
      {down && (
        <p className={`${classes.strip} ${panel.stop}`} role="alert" data-line="down">
          <Icon name="warn" />
          {t('cafe.floor.silent', { time: clockToSecond(live.heardAtMs) })} {t('desk.queue.kept')}
        </p>
      )}
      {waiting.length > 0 && (
        <section className={panel.panel} data-waiting={waiting.length}>
          <h2 className={panel.title}>{t('desk.queue.waiting', { count: waiting.length })}</h2>
          <ol className={classes.list}>
            {waiting.map((one) => (
              <li key={one.body.key}>{named(one)}</li>
            ))}
          </ol>
        </section>
      )}
      {refused.length > 0 && (
        <section className={panel.panel} role="alert" data-conflicts={refused.length}>
          <h2 className={panel.title}>{t('desk.queue.conflicts')}</h2>
          <ul className={classes.list}>
            {refused.map((one) => {
              const code = one.refused?.code ?? '';
              return (
                <li key={one.body.key} data-conflict={one.body.seat} data-code={code}>
                  <span>
                    {named(one)} {problemWhat(t, one.refused ?? { code })} {stateOf(one.body.seat)}
                  </span>
                  <span className={classes.acts}>
                    {againWays(one, settings).map((band) => (
                      <Button
                        key={band?.id ?? ''}
                        variant="default"
                        disabled={down}
                        onClick={() => {
                          const view = live.floor.seats.find(({ seat }) => seat === one.body.seat);
                          outbox.drop(one.body.key);
                          if (view !== undefined) void outbox.post(renewed(one, view, newKey(), band?.id));
                        }}
                      >
                        {band === undefined ? t('desk.queue.again') : t('desk.queue.againAs', { age: band.name })}
                      </Button>
                    ))}
                    <Button variant="default" onClick={() => outbox.drop(one.body.key)}>
                      {t('desk.queue.drop')}
                    </Button>
                  </span>
                </li>
              );
            })}
          </ul>
        </section>
      )}
      {sent.length > 0 && (
        <section className={panel.panel} role="status" data-sent={sent.length}>
          <h2 className={panel.title}>{t('desk.queue.sent')}</h2>
          <ul className={classes.list}>
            {sent.map((one) => (
              <li key={one.body.key}>
                <span>{named(one)}</span>
                <span>{one.receipts.map(takenOf).join(' · ')}</span>
              </li>
            ))}
          </ul>
          <div className={classes.closeRow}>
            <Button variant="default" onClick={outbox.clearSent}>
              {t('shell.close')}
            </Button>
          </div>
        </section>
      )}
    </>
  );
}

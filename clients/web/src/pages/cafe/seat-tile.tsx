// clients/web/src/pages/cafe/seat-tile.tsx - one seat on the floor: a button with number, word, shape, colour and time left.
import { useTranslation } from 'react-i18next';
import type { SeatView } from '../../../../../src/protocol/cafe-things.ts';
import { useGameTitle } from '../../app/game-title.ts';
import { digits } from '../../ui/format.ts';
import { Icon } from '../../ui/icons.tsx';
import classes from './cafe.module.css';
import { spendingOf } from './may-spend.ts';
import { reasonWords } from './reason-words.ts';
import { SeatMark, seatTone } from './seat-mark.tsx';

/** What stands under a seat's word: time left, time played, or why. `hubMs`: the hub's clock now. */
export function useSeatTime(): (view: SeatView, hubMs: number) => string {
  const { t } = useTranslation();
  return ({ state, tab, reason, sinceMs }, hubMs) => {
    if (state === 'in-use' && tab?.endsAtMs !== undefined) {
      return t('cafe.floor.left', { time: digits(tab.endsAtMs - hubMs) });
    }
    if (state === 'in-use' && tab !== undefined) {
      return t('cafe.floor.played', { time: digits(tab.playedMs + hubMs - tab.atMs) });
    }
    if (reason !== undefined) return reasonWords(t, reason, state === 'ending');
    return state === 'free' ? '' : t('cafe.floor.since', { time: digits(hubMs - sinceMs) });
  };
}

/** What a seat shows was typed here and is not the hub's word yet: for want of the line, or of its answer. */
export type Waiting = 'line' | 'answer';

/** The button. */
export function SeatTile({
  view,
  hubMs,
  chosen,
  waits,
  onChoose,
}: {
  view: SeatView;
  hubMs: number;
  chosen: boolean;
  waits: Waiting | undefined;
  onChoose: () => void;
}) {
  const { t } = useTranslation();
  const titleOf = useGameTitle();
  const timeOf = useSeatTime();
  const { seat, name, state, tab, play, device } = view;
  return (
    <button
      type="button"
      className={classes.seat}
      data-seat={seat}
      data-state={state}
      data-waits={waits}
      aria-busy={waits !== undefined}
      data-tone={seatTone[state]}
      aria-pressed={chosen}
      onClick={onChoose}
    >
      <span className={classes.seatHead}>
        <strong>{name === '' ? seat : `${seat} ${name}`}</strong>
        <SeatMark state={state} />
      </span>
      <span className={classes.word}>{t(`cafe.states.${state}`)}</span>
      <span className={classes.seatTime}>{timeOf(view, hubMs)}</span>
      {tab !== undefined && tab.label !== '' && <span className={classes.seatSmall}>{tab.label}</span>}
      {waits === 'line' && <span className={classes.seatSmall}>{t('desk.queue.mark')}</span>}
      {play !== undefined && <span className={classes.seatSmall}>{`${titleOf(play.game)} · ${play.nodeName}`}</span>}
      {device.doubled && <span className={classes.seatSmall}>{t('cafe.hubReasons.doubled')}</span>}
      {spendingOf(view, hubMs) === 'over' && (
        <span className={classes.seatSmall} data-unsigned={seat}>
          <Icon name="warn" size={14} /> {t('cafe.floor.unsigned')}
        </span>
      )}
      {device.paired && !device.online && <span className={classes.seatSmall}>{t('cafe.floor.deviceAway')}</span>}
    </button>
  );
}

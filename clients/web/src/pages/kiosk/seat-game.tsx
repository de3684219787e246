// clients/web/src/pages/kiosk/seat-game.tsx - the café's games and the one that is played, for one tab of a seat. When the
// tab ends this goes away, and with it the link, the picture and what the browser kept of the session.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GoesOn } from '../../../../../src/protocol/cafe-api.ts';
import type { PublicConfig } from '../../../../../src/protocol/http-api.ts';
import type { Game } from '../../../../../src/protocol/shapes.ts';
import { configQuery } from '../../app/config.ts';
import { mouseSpeed } from '../../app/settings.ts';
import { useStore } from '../../app/use-store.ts';
import { currentLanguage } from '../../i18n/index.ts';
import { seatIdentity } from '../../player/identity.ts';
import { createPlayer, type Player } from '../../player/player.ts';
import { forget } from '../../player/remember.ts';
import { createScreen, type Screen } from '../../player/screen.ts';
import type { StartWish } from '../../player/start.ts';
import { ProblemCard } from '../../ui/problem-card.tsx';
import classes from '../cafe/cafe.module.css';
import { startWish } from '../play/game-page.tsx';
import own from './kiosk.module.css';
import { deviceKey } from './use-kiosk.ts';

type Stage = { readonly player: Player; readonly screen: Screen };

function useStage(config: PublicConfig | undefined, label: string): Stage | undefined {
  const [stage, setStage] = useState<Stage>();
  const known = useRef(config);
  known.current ??= config;
  const first = known.current;
  useEffect(() => {
    if (first === undefined) return;
    const screen = createScreen(label);
    const identity = seatIdentity(deviceKey());
    const player = createPlayer({
      config: first,
      identity,
      screen,
      mouseSpeed,
      onExit: () => undefined,
      autoMove: true,
    });
    void player.resume();
    setStage({ player, screen });
    return () => {
      player.close();
      screen.close();
      forget();
    };
  }, [first, label]);
  return stage;
}

const BUSY_PAUSE_MS = 2_000;
const BUSY_TRIES = 8;

/** Goes on by itself with the game that its customer brought along from another seat. */
function useGoOn(player: Player, { goesOn, kbpsMax }: Playable, { games }: PublicConfig): void {
  const phase = useStore(player.phase);
  const tries = useRef(0);
  const game = games.find(({ id }) => id === goesOn?.game);
  const continues = goesOn?.session;
  useEffect(() => {
    if (game === undefined || continues === undefined) return;
    const goOn = (): void => {
      tries.current++;
      void player.start({ ...seatWish(game, kbpsMax), continues });
    };
    if (phase.kind === 'idle' && tries.current === 0) goOn();
    if (phase.kind !== 'failed' || phase.problem.code !== 'NODES_BUSY' || tries.current >= BUSY_TRIES) return;
    const timer = setTimeout(goOn, BUSY_PAUSE_MS); // Its machine is still wiping what the other seat left.
    return () => clearTimeout(timer);
  }, [player, phase, game, continues, kbpsMax]);
}

/** A start that takes no more of the line than its seat's part. */
function seatWish(game: Game, kbpsMax: number | undefined): StartWish {
  const wish = startWish(game, {}, 'auto');
  const own = wish.settings.kbpsMax;
  return kbpsMax === undefined || (own !== undefined && own <= kbpsMax)
    ? wish
    : { ...wish, settings: { ...wish.settings, kbpsMax } };
}

type Playable = {
  readonly goesOn: GoesOn | undefined;
  /** The clock stands: so does play. */
  readonly still: boolean;
  /** The seat's part of the café's line, kbit/s. */
  readonly kbpsMax: number | undefined;
};

function Playing({ player, screen, config, ...playable }: Stage & Playable & { config: PublicConfig }) {
  const { still, kbpsMax } = playable;
  const { t } = useTranslation();
  const phase = useStore(player.phase);
  useGoOn(player, playable, config);
  const box = useRef<HTMLDivElement>(null);
  const running = phase.kind === 'running' ? phase.running : undefined;
  // With the cover, not after it: the key that is pressed as it goes is the game's.
  useLayoutEffect(() => {
    if (running === undefined) return;
    box.current?.append(screen.element);
    if (still) running.capture.release();
    else running.capture.grab();
  }, [running, screen, still]);
  const session = running?.session;
  useEffect(() => {
    if (kbpsMax !== undefined) session?.setQuality({ kbpsMax }); // Others came or went.
  }, [session, kbpsMax]);
  if (running !== undefined) {
    return (
      <>
        <div ref={box} className={classes.kioskStage} data-playing={running.game.id} />
        {still && <div className={`${classes.kioskStage} ${own.cover}`} data-still />}
      </>
    );
  }
  if (phase.kind === 'starting' || phase.kind === 'resuming') return <p role="status">{t('shell.loading')}</p>;
  return (
    <>
      {phase.kind === 'failed' && <ProblemCard problem={phase.problem} />}
      {config.games.map((game) => (
        <Button key={game.id} data-game={game.id} onClick={() => void player.start(seatWish(game, kbpsMax))}>
          {game.title[currentLanguage()]}
        </Button>
      ))}
    </>
  );
}

/** The games of a seat that is paid for. */
export function SeatGame(playable: Playable) {
  const { t } = useTranslation();
  const config = useQuery(configQuery).data;
  const stage = useStage(config, t('cafe.kiosk.title'));
  return stage === undefined || config === undefined ? null : <Playing {...stage} {...playable} config={config} />;
}

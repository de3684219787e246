// clients/web/src/pages/kiosk/seat-game.tsx - the café's games and the one that is played, for one tab of a seat. When the
// tab ends this goes away, and with it the link, the picture and what the browser kept of the session.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PublicConfig } from '../../../../../src/protocol/http-api.ts';
import { configQuery } from '../../app/config.ts';
import { mouseSpeed } from '../../app/settings.ts';
import { useStore } from '../../app/use-store.ts';
import { currentLanguage } from '../../i18n/index.ts';
import { seatIdentity } from '../../player/identity.ts';
import { createPlayer, type Player } from '../../player/player.ts';
import { forget } from '../../player/remember.ts';
import { createScreen, type Screen } from '../../player/screen.ts';
import { ProblemCard } from '../../ui/problem-card.tsx';
import classes from '../cafe/cafe.module.css';
import { startWish } from '../play/game-page.tsx';
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

function Playing({ player, screen, config }: Stage & { config: PublicConfig }) {
  const { t } = useTranslation();
  const phase = useStore(player.phase);
  const box = useRef<HTMLDivElement>(null);
  const running = phase.kind === 'running' ? phase.running : undefined;
  useEffect(() => {
    if (running === undefined) return;
    box.current?.append(screen.element);
    running.capture.grab();
  }, [running, screen]);
  if (running !== undefined) return <div ref={box} className={classes.kioskStage} data-playing={running.game.id} />;
  if (phase.kind === 'starting' || phase.kind === 'resuming') return <p role="status">{t('shell.loading')}</p>;
  return (
    <>
      {phase.kind === 'failed' && <ProblemCard problem={phase.problem} />}
      {config.games.map((game) => (
        <Button key={game.id} data-game={game.id} onClick={() => void player.start(startWish(game, {}, 'auto'))}>
          {game.title[currentLanguage()]}
        </Button>
      ))}
    </>
  );
}

/** The games of a seat that is paid for. */
export function SeatGame() {
  const { t } = useTranslation();
  const config = useQuery(configQuery).data;
  const stage = useStage(config, t('cafe.kiosk.title'));
  return stage === undefined || config === undefined ? null : <Playing {...stage} config={config} />;
}

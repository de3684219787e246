// clients/web/src/pages/play/stream-page.tsx - the picture and what may lie over it. Nothing here touches a frame: the
// player core draws and listens; this places its elements and tells what happens.
import { Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useBlocker } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PublicConfig } from '../../../../../src/protocol/http-api.ts';
import { gameTitle } from '../../app/game-title.ts';
import { immersive } from '../../app/immersive.ts';
import { changeSettings, settings } from '../../app/settings.ts';
import type { TabPlayer } from '../../app/tab-player.ts';
import { useStore } from '../../app/use-store.ts';
import { EXIT_CHORD } from '../../player/input/keyboard.ts';
import type { Running } from '../../player/player.ts';
import { Icon } from '../../ui/icons.tsx';
import { BannerList } from './banner-list.tsx';
import { AfkDialog, LeaveDialog } from './dialogs.tsx';
import { GameDrawer } from './game-drawer.tsx';
import { HudPanel } from './hud-panel.tsx';
import { HudPill } from './hud-pill.tsx';
import { Starting } from './starting.tsx';
import classes from './stream.module.css';
import { TouchPadOverlay } from './touch-pad-overlay.tsx';

/** Puts the core's screen into the page, without the frame around it, and keeps the display awake. */
function useStage(tab: TabPlayer) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.append(tab.screen.element);
    immersive.set(true);
    document.documentElement.classList.add('nc-immersive');
    let lock: WakeLockSentinel | undefined;
    const stayAwake = (): void => {
      if (document.hidden || !('wakeLock' in navigator)) return;
      navigator.wakeLock.request('screen').then(
        (held) => {
          lock = held;
        },
        () => undefined, // Low battery: the system's word counts.
      );
    };
    stayAwake();
    document.addEventListener('visibilitychange', stayAwake);
    return () => {
      document.removeEventListener('visibilitychange', stayAwake);
      void lock?.release();
      immersive.set(false);
      document.documentElement.classList.remove('nc-immersive');
      if (document.fullscreenElement !== null) void document.exitFullscreen();
    };
  }, [tab]);
  return box;
}

/** Gives the hands to the game when its first picture is there, and locks the keyboard while in full screen. */
function useHands(running: Running, playing: boolean): void {
  const { capture } = running;
  useEffect(() => {
    if (playing) capture.grab();
    const full = (): void => void capture.lockKeyboard(document.fullscreenElement !== null);
    document.addEventListener('fullscreenchange', full);
    return () => document.removeEventListener('fullscreenchange', full);
  }, [capture, playing]);
}

function CapturePrompt({ running, tab }: { running: Running; tab: TabPlayer }) {
  const { t } = useTranslation();
  const { captured, mouse } = useStore(running.capture.state);
  const sound = useStore(tab.screen.sound);
  const coarse = useMediaQuery('(pointer: coarse)');
  const wantsLock = running.game.input.mouse === 'relative' && !coarse;
  return (
    <>
      {(!captured || (wantsLock && mouse === 'free')) && (
        <div className={classes.prompt}>
          <strong>{t('stream.capture.title')}</strong>
          <small>{t(wantsLock ? 'stream.capture.mouse' : 'stream.capture.keyboard')}</small>
          <small>{t('stream.capture.exit', { chord: EXIT_CHORD })}</small>
        </div>
      )}
      {sound === 'blocked' && (
        <Button
          className={classes.unmute}
          variant="default"
          leftSection={<Icon name="muted" size={18} />}
          onClick={() => tab.screen.setSound(true)}
        >
          {t('stream.capture.muted')}
        </Button>
      )}
    </>
  );
}

function Over({ tab, running, leaving }: { tab: TabPlayer; running: Running; leaving: boolean }) {
  const { t } = useTranslation();
  const { session, capture } = running;
  const view = useStore(session.view);
  const hud = useStore(session.hud);
  const exits = useStore(tab.exits);
  const { hud: size, padOpacity, volume } = useStore(settings);
  const coarse = useMediaQuery('(pointer: coarse)');
  const [menu, setMenu] = useState(false);
  const [asking, setAsking] = useState(false);
  const playing = view.times.frame !== undefined || view.started.resumed;
  const seenExits = useRef(exits);
  useHands(running, playing);
  useEffect(() => tab.screen.setVolume(volume), [tab, volume]);
  useEffect(() => {
    if (seenExits.current === exits) return;
    seenExits.current = exits;
    setMenu(true);
  }, [exits]);
  const blocker = useBlocker({ shouldBlockFn: () => !leaving, withResolver: true, enableBeforeUnload: false });
  const open = (): void => {
    capture.release();
    setMenu(true);
  };
  const close = (): void => {
    setMenu(false);
    capture.grab();
  };
  const ask = (): void => {
    setMenu(false);
    setAsking(true);
  };
  const leave = (): void => {
    setAsking(false);
    tab.player.leave();
    if (blocker.status === 'blocked') blocker.proceed();
  };
  const stay = (): void => {
    setAsking(false);
    if (blocker.status === 'blocked') blocker.reset();
  };
  return (
    <>
      {playing && !menu && <CapturePrompt running={running} tab={tab} />}
      {playing && coarse && padOpacity > 0 && !menu && <TouchPadOverlay running={running} opacity={padOpacity} />}
      {hud !== undefined && size === 'pill' && (
        <HudPill hud={hud} trouble={view.trouble} onOpen={() => changeSettings({ hud: 'panel' })} />
      )}
      {hud !== undefined && size === 'panel' && (
        <HudPanel hud={hud} session={session} onClose={() => changeSettings({ hud: 'pill' })} />
      )}
      <BannerList tab={tab} session={session} />
      <button type="button" className={classes.menu} onClick={open} aria-label={t('stream.drawer.open')}>
        <Icon name="menu" size={22} />
      </button>
      {leaving && <p className={classes.leaving}>{t('stream.leaving')}</p>}
      <GameDrawer tab={tab} running={running} opened={menu} onClose={close} onLeave={ask} />
      <LeaveDialog
        opened={asking || blocker.status === 'blocked'}
        saves={running.game.saves}
        onStay={stay}
        onLeave={leave}
      />
      <AfkDialog player={tab.player} />
    </>
  );
}

/** A session from the press to its end. */
export function StreamPage({ tab, config }: { tab: TabPlayer; config: PublicConfig }) {
  const box = useStage(tab);
  const phase = useStore(tab.player.phase);
  const running = phase.kind === 'running' || phase.kind === 'leaving' ? phase.running : undefined;
  const id = running?.game.id ?? (phase.kind === 'starting' || phase.kind === 'resuming' ? phase.game : '');
  const title = gameTitle(config, id);
  return (
    <div className={`${classes.stage} nc-dark`}>
      <div ref={box} className={classes.screen} />
      <Begin tab={tab} title={title} running={running} />
      {running !== undefined && (
        <Over key={running.session.id} tab={tab} running={running} leaving={phase.kind === 'leaving'} />
      )}
    </div>
  );
}

/** The ticks, until the first picture. */
function Begin({ tab, title, running }: { tab: TabPlayer; title: string; running: Running | undefined }) {
  const phase = useStore(tab.player.phase);
  if (running !== undefined) return <BeginWith tab={tab} title={title} running={running} />;
  return (
    <Starting
      title={title}
      view={undefined}
      queue={phase.kind === 'starting' ? phase.queue : undefined}
      resuming={phase.kind === 'resuming'}
      walletAsks={tab.wallet.kind === 'injected'}
      onCancel={() => tab.player.cancel()}
    />
  );
}

function BeginWith({ tab, title, running }: { tab: TabPlayer; title: string; running: Running }) {
  const view = useStore(running.session.view);
  const hud = useStore(running.session.hud);
  const seen = view.started.resumed ? (hud?.counters.framesDecoded ?? 0) > 0 : view.times.frame !== undefined;
  if (seen || running.continues) return null;
  return (
    <Starting
      title={title}
      view={view}
      queue={undefined}
      resuming={view.started.resumed}
      walletAsks={false}
      onCancel={() => tab.player.cancel()}
    />
  );
}

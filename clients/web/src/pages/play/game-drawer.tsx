// clients/web/src/pages/play/game-drawer.tsx - the menu of a running game. While it is open the page has the hands.
import '@mantine/core/styles/ModalBase.css';
import '@mantine/core/styles/Drawer.css';
import '@mantine/core/styles/Overlay.css';
import '@mantine/core/styles/Paper.css';
import '@mantine/core/styles/ScrollArea.css';
import '@mantine/core/styles/CloseButton.css';
import '@mantine/core/styles/SegmentedControl.css';
import '@mantine/core/styles/FloatingIndicator.css';
import '@mantine/core/styles/Slider.css';
import { Button, Drawer, SegmentedControl, Slider, Switch, TextInput } from '@mantine/core';
import { useFullscreenDocument } from '@mantine/hooks';
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changeSettings, type Quality, qualities, type Settings, settings } from '../../app/settings.ts';
import type { TabPlayer } from '../../app/tab-player.ts';
import { useStore } from '../../app/use-store.ts';
import { EXIT_CHORD } from '../../player/input/keyboard.ts';
import { textPieces } from '../../player/input/sender.ts';
import type { Running } from '../../player/player.ts';
import { percent, plain } from '../../ui/format.ts';
import { Icon } from '../../ui/icons.tsx';
import classes from './stream.module.css';

const QUALITIES: readonly Quality[] = ['auto', 'saver', 'balanced', 'sharp'];
const HUDS: readonly Settings['hud'][] = ['off', 'pill', 'panel'];
/** What `auto` asks of the node when another choice was made before. */
const AUTO_KBPS = 50_000;

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.part}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function PicturePart({ running }: { running: Running }) {
  const { t } = useTranslation();
  const { quality, hud } = useStore(settings);
  const choose = (name: string): void => {
    const next = QUALITIES.find((each) => each === name) ?? 'auto';
    changeSettings({ quality: next });
    running.session.setQuality({ kbpsMax: qualities[next] ?? AUTO_KBPS });
  };
  return (
    <>
      <Part title={t('stream.drawer.picture')}>
        <SegmentedControl
          fullWidth
          aria-label={t('stream.drawer.picture')}
          value={quality}
          onChange={choose}
          data={QUALITIES.map((name) => ({ value: name, label: t(`play.options.qualities.${name}`) }))}
        />
        <small>{t(`play.options.qualityHint.${quality}`)}</small>
      </Part>
      <Part title={t('stream.drawer.stats')}>
        <SegmentedControl
          fullWidth
          aria-label={t('stream.drawer.stats')}
          value={hud}
          onChange={(name) => changeSettings({ hud: HUDS.find((each) => each === name) ?? 'pill' })}
          data={HUDS.map((name) => ({ value: name, label: t(`stream.drawer.hud.${name}`) }))}
        />
      </Part>
    </>
  );
}

function ControlsPart({ running }: { running: Running }) {
  const { t } = useTranslation();
  const { mouseSpeed, padOpacity } = useStore(settings);
  const { pads } = useStore(running.capture.state);
  const { input } = running.game;
  const hud = useStore(running.session.hud);
  const rawRefused = localStorage.getItem('nearcade.raw-mouse') === 'no';
  const lockable = Reflect.get(navigator, 'keyboard') !== undefined;
  return (
    <Part title={t('stream.drawer.controls')}>
      <p className={classes.chord}>
        <kbd>{EXIT_CHORD}</kbd> {t('stream.capture.exit', { chord: '' }).trim()}
      </p>
      {input.mouse === 'relative' && (
        <>
          <span className={classes.label}>
            {t('stream.drawer.mouseSpeed')} <b>{plain(mouseSpeed, 1)}</b>
          </span>
          <Slider
            thumbLabel={t('stream.drawer.mouseSpeed')}
            label={null}
            min={0.2}
            max={4}
            step={0.1}
            value={mouseSpeed}
            onChange={(value) => changeSettings({ mouseSpeed: value })}
          />
          <small>{t(rawRefused ? 'stream.drawer.lockedMouse' : 'stream.drawer.rawMouse')}</small>
        </>
      )}
      <small>{t(lockable ? 'stream.drawer.keyboardLock' : 'stream.drawer.noKeyboardLock')}</small>
      {input.gamepad && (
        <p>
          {t('stream.drawer.pads')}:{' '}
          {pads.length === 0 ? t('stream.drawer.padsNone') : pads.map(({ name }) => name).join(', ')}
          {hud?.node.virtualPads === false && running.game.id !== 'arcade' && (
            <small> {t('stream.drawer.padsDeaf')}</small>
          )}
        </p>
      )}
      <span className={classes.label}>
        {t('stream.drawer.touchPad')} <b>{percent(padOpacity, 0)}</b>
      </span>
      <Slider
        thumbLabel={t('stream.drawer.touchPad')}
        label={null}
        min={0}
        max={1}
        step={0.05}
        value={padOpacity}
        onChange={(value) => changeSettings({ padOpacity: value })}
      />
      {!window.isSecureContext && <small>{t('stream.drawer.insecure')}</small>}
    </Part>
  );
}

function SoundPart({ tab }: { tab: TabPlayer }) {
  const { t } = useTranslation();
  const { volume } = useStore(settings);
  const sound = useStore(tab.screen.sound);
  return (
    <Part title={t('stream.drawer.sound')}>
      <Switch
        label={t('stream.drawer.mute')}
        checked={sound === 'on'}
        onChange={({ currentTarget }) => tab.screen.setSound(currentTarget.checked)}
      />
      <span className={classes.label}>
        {t('stream.drawer.volume')} <b>{percent(volume, 0)}</b>
      </span>
      <Slider
        thumbLabel={t('stream.drawer.volume')}
        label={null}
        min={0}
        max={1}
        step={0.05}
        value={volume}
        onChange={(value) => {
          changeSettings({ volume: value });
          tab.screen.setVolume(value);
        }}
      />
    </Part>
  );
}

/** A field for any input method: what is typed or pasted goes to the game as text, not as keys. */
function TextPart({ running }: { running: Running }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const send = (): void => {
    const now = performance.now();
    for (const piece of textPieces(text)) running.session.sender.send({ kind: 'text', text: piece }, now, now);
    setText('');
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) send();
  };
  return (
    <Part title={t('stream.drawer.text')}>
      <div className={classes.textBox}>
        <TextInput
          aria-label={t('stream.drawer.textLabel')}
          placeholder={t('stream.drawer.textLabel')}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
          onKeyDown={onKey}
        />
        <Button variant="default" onClick={send} disabled={text === ''}>
          {t('stream.drawer.send')}
        </Button>
      </div>
      <small>{t('stream.drawer.textHint')}</small>
    </Part>
  );
}

/** The drawer. */
export function GameDrawer({
  tab,
  running,
  opened,
  onClose,
  onLeave,
}: {
  tab: TabPlayer;
  running: Running;
  opened: boolean;
  onClose: () => void;
  onLeave: () => void;
}) {
  const { t } = useTranslation();
  const { fullscreen, toggle } = useFullscreenDocument();
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      size={400}
      title={t('stream.drawer.title')}
      closeButtonProps={{ 'aria-label': t('shell.close') }}
      overlayProps={{ backgroundOpacity: 0.35 }}
    >
      <div className={classes.drawer}>
        <div className={classes.drawerActs}>
          <Button onClick={onClose} leftSection={<Icon name="play" size={18} />}>
            {t('stream.drawer.goOn')}
          </Button>
          <Button
            variant="default"
            onClick={() => void toggle()}
            leftSection={<Icon name={fullscreen ? 'shrink' : 'full'} size={18} />}
          >
            {t(fullscreen ? 'stream.drawer.leaveFullScreen' : 'stream.drawer.fullScreen')}
          </Button>
        </div>
        <PicturePart running={running} />
        <SoundPart tab={tab} />
        <TextPart running={running} />
        <ControlsPart running={running} />
        <Button color="stop" variant="outline" onClick={onLeave} leftSection={<Icon name="out" size={18} />}>
          {t('stream.drawer.leave')}
        </Button>
      </div>
    </Drawer>
  );
}

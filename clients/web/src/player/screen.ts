// clients/web/src/player/screen.ts - the elements that show and sound a session. They belong to the core, so that a new
// connection can take the place of an old one between two pictures; a page only puts them somewhere.
import { codeStripHeight } from '../../../../src/protocol/picture-code.ts';
import { createStore, type Store } from './store.ts';
import { gameHeight } from './strip-reader.ts';

/** Where a session is seen and heard. */
export type Screen = {
  /** Fills its parent; holds the picture in its own proportions. */
  readonly element: HTMLElement;
  /** The visible picture of the game, without the strip: what pointers are measured on. */
  readonly picture: HTMLElement;
  readonly video: HTMLVideoElement;
  /** Sound is on, off by choice, or not allowed before the player presses something. */
  readonly sound: Store<'on' | 'off' | 'blocked'>;
  /** Shows and sounds a new connection's streams in place of the old ones. */
  show(streams: { video?: MediaStream; audio?: MediaStream }): void;
  /** Turns the sound on or off; from a press it also unblocks it. */
  setSound(on: boolean): void;
  /** Loudness 0..1. */
  setVolume(volume: number): void;
  close(): void;
};

/** Sizes the video so that the strip lies below the visible box, whatever the size of the box. */
function crop(picture: HTMLElement, video: HTMLVideoElement): void {
  const { videoWidth, videoHeight } = video;
  if (videoWidth === 0 || videoHeight === 0) return;
  const visible = gameHeight(videoWidth, videoHeight);
  picture.style.setProperty('--picture-ratio', String(videoWidth / visible));
  // A pixel and a half more, so that no rounding of the page lets the strip's first row be seen.
  video.style.height = `calc(${((visible + codeStripHeight(videoWidth)) / visible) * 100}% + 1.5px)`;
}

/** Makes the elements, empty. `label`: what a screen reader says of the picture. */
export function createScreen(label: string): Screen {
  const element = document.createElement('div');
  const picture = document.createElement('div');
  const video = document.createElement('video');
  const audio = document.createElement('audio');
  element.className = 'nearcade-screen';
  picture.className = 'nearcade-picture';
  picture.tabIndex = 0;
  picture.setAttribute('role', 'application');
  picture.setAttribute('aria-label', label);
  Object.assign(element.style, {
    position: 'absolute',
    inset: '0',
    display: 'grid',
    placeItems: 'center',
    containerType: 'size',
  });
  Object.assign(picture.style, {
    position: 'relative',
    overflow: 'hidden',
    outline: 'none',
    touchAction: 'none',
    userSelect: 'none',
    background: '#000',
    aspectRatio: 'var(--picture-ratio, 1.7778)',
    width: 'min(100cqw, calc(100cqh * var(--picture-ratio, 1.7778)))',
  });
  Object.assign(video.style, {
    position: 'absolute',
    top: '0',
    left: '0',
    width: '100%',
    height: '100%',
    objectFit: 'fill',
  });
  video.muted = true; // It has no sound of its own, and muted video may start without a press.
  for (const media of [video, audio]) {
    media.autoplay = true;
    media.disableRemotePlayback = true;
  }
  video.playsInline = true;
  picture.append(video);
  element.append(picture, audio);
  const sound = createStore<'on' | 'off' | 'blocked'>('on');
  const listen = (): void => {
    audio.play().then(
      () => sound.get() === 'blocked' && sound.set('on'),
      (error: unknown) => {
        // AbortError is only a newer stream taking the place of this one.
        if (error instanceof DOMException && error.name === 'NotAllowedError') sound.set('blocked');
      },
    );
  };
  video.addEventListener('resize', () => crop(picture, video));
  video.addEventListener('loadedmetadata', () => crop(picture, video));
  return {
    element,
    picture,
    video,
    sound,
    show(streams) {
      if (streams.video !== undefined && video.srcObject !== streams.video) {
        video.srcObject = streams.video;
        video.play().catch(() => undefined); // Muted: refused only when a newer stream came at once.
      }
      if (streams.audio !== undefined && audio.srcObject !== streams.audio) {
        audio.srcObject = streams.audio;
        if (sound.get() !== 'off') listen();
      }
    },
    setSound(on) {
      audio.muted = !on;
      sound.set(on ? 'on' : 'off');
      if (on) listen();
    },
    setVolume(volume) {
      audio.volume = Math.min(1, Math.max(0, volume));
    },
    close() {
      for (const media of [video, audio]) {
        media.pause();
        media.srcObject = null;
      }
      element.remove();
    },
  };
}

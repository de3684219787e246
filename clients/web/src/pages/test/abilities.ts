// clients/web/src/pages/test/abilities.ts - what this browser can do, asked of the browser itself.
import { decodableCodecs } from '../../player/session-peer.ts';

/** What the page shows by name. */
export const featureNames = [
  'webrtc',
  'pointerLock',
  'rawMouse',
  'keyboardLock',
  'gamepad',
  'fullScreen',
  'wakeLock',
  'frameTimes',
] as const;
/** One of them. */
export type FeatureName = (typeof featureNames)[number];

/** Everything that can be known without a network. */
export type Abilities = {
  readonly secure: boolean;
  readonly features: Readonly<Record<FeatureName, boolean>>;
  readonly codecs: readonly string[];
  readonly decoding: readonly Decoding[];
};

/** How well one kind of picture would be decoded; undefined where the browser does not say. */
export type Decoding = {
  readonly picture: string;
  readonly smooth: boolean | undefined;
  readonly hardware: boolean;
};

const PICTURES = [
  { picture: '720p60', width: 1280, height: 720, fps: 60, kbps: 8_000 },
  { picture: '1080p60', width: 1920, height: 1080, fps: 60, kbps: 15_000 },
  { picture: '1440p120', width: 2560, height: 1440, fps: 120, kbps: 35_000 },
] as const;

async function decodingOf(
  codec: string,
  { picture, width, height, fps, kbps }: (typeof PICTURES)[number],
): Promise<Decoding> {
  try {
    const video = { contentType: `video/${codec}`, width, height, bitrate: kbps * 1_000, framerate: fps };
    const info = await navigator.mediaCapabilities.decodingInfo({ type: 'webrtc', video });
    return { picture, smooth: info.supported && info.smooth, hardware: info.powerEfficient };
  } catch {
    return { picture, smooth: undefined, hardware: false };
  }
}

/** Asks the browser. */
export async function abilities(): Promise<Abilities> {
  const codecs = 'RTCPeerConnection' in window ? decodableCodecs() : [];
  const best = codecs.includes('h264') ? 'H264' : 'VP8';
  return {
    secure: window.isSecureContext,
    features: {
      webrtc: 'RTCPeerConnection' in window,
      pointerLock: 'requestPointerLock' in document.body,
      rawMouse: 'requestPointerLock' in document.body && localStorage.getItem('nearcade.raw-mouse') !== 'no',
      keyboardLock: Reflect.get(navigator, 'keyboard') !== undefined,
      gamepad: 'getGamepads' in navigator,
      fullScreen: document.fullscreenEnabled === true,
      wakeLock: 'wakeLock' in navigator,
      frameTimes: 'requestVideoFrameCallback' in document.createElement('video'),
    },
    codecs: codecs.map((name) => (name === 'h264' ? 'H.264' : 'VP8')),
    decoding: codecs.length === 0 ? [] : await Promise.all(PICTURES.map((picture) => decodingOf(best, picture))),
  };
}

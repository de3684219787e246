// clients/web/src/player/picture-watch.ts - looks at pictures as they are shown: counts them, and reads the coded strip
// when an input waits for its answer or a second has passed. Runs only while the tab is visible: browsers show nothing
// in a hidden one.
import { timings } from '../../../../src/protocol/limits.ts';
import type { PictureCode } from '../../../../src/protocol/picture-code.ts';
import type { PictureTimes } from './click-clock.ts';
import { createStripReader } from './strip-reader.ts';

/** What the watcher tells. */
export type PictureHooks = {
  /** True when the next picture's strip should be read. */
  wanted(): boolean;
  onPicture(shownMs: number): void;
  onCode(code: PictureCode, times: PictureTimes): void;
};

/** A running watch. */
export type PictureWatch = {
  /** Pictures shown since the start. */
  readonly shown: number;
  stop(): void;
};

function timesOf(now: number, metadata: VideoFrameCallbackMetadata): PictureTimes {
  const presentedMs = metadata.presentationTime ?? now;
  // Some browsers expect a picture on the screen a little before they hand it over.
  const shownMs = Math.max(presentedMs, metadata.expectedDisplayTime ?? now);
  return { receivedMs: metadata.receiveTime, presentedMs, shownMs };
}

/** Starts watching. Without requestVideoFrameCallback (very old browsers) nothing is counted and no strip is read. */
export function watchPictures(video: HTMLVideoElement, hooks: PictureHooks): PictureWatch {
  const read = createStripReader();
  let shown = 0;
  let readMs = Number.NEGATIVE_INFINITY;
  let handle = 0;
  let stopped = false;
  const look: VideoFrameRequestCallback = (now, metadata) => {
    if (stopped) return;
    handle = video.requestVideoFrameCallback(look);
    shown++;
    hooks.onPicture(now);
    if (!hooks.wanted() && now - readMs < timings.clickProbeMs) return;
    const code = read(video);
    if (code === undefined) return;
    readMs = now;
    hooks.onCode(code, timesOf(now, metadata));
  };
  if ('requestVideoFrameCallback' in video) handle = video.requestVideoFrameCallback(look);
  return {
    get shown() {
      return shown;
    },
    stop() {
      stopped = true;
      if ('cancelVideoFrameCallback' in video) video.cancelVideoFrameCallback(handle);
    },
  };
}

// clients/web/src/player/strip-reader.ts - reads the coded strip (protocol/picture-code.ts) from the picture on screen.
// Only the rows of the strip are copied out of the decoder, and only when somebody asks: the copy costs a few ms.
import {
  CODE_CELL_WIDTH,
  codeCellsPerRow,
  codeStripHeight,
  type PictureCode,
  readPictureCode,
} from '../../../../src/protocol/picture-code.ts';

const CODE_CELLS = 112;

/** Height of the game's picture inside a decoded picture of this size: all above the strip. */
export function gameHeight(videoWidth: number, videoHeight: number): number {
  return videoWidth < CODE_CELL_WIDTH ? videoHeight : Math.max(0, videoHeight - codeStripHeight(videoWidth));
}

/** Reads the strip of what `video` shows now; undefined when there is no picture yet or the strip is damaged. */
export type StripReader = (video: HTMLVideoElement) => PictureCode | undefined;

/** Makes a reader with its own small canvas. */
export function createStripReader(): StripReader {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true });
  return (video) => {
    const { videoWidth, videoHeight } = video;
    if (context === null || codeCellsPerRow(videoWidth) === 0) return undefined;
    const top = gameHeight(videoWidth, videoHeight);
    // The code never needs more than its own cells of the first row.
    const width = codeCellsPerRow(videoWidth) >= CODE_CELLS ? CODE_CELLS * CODE_CELL_WIDTH : videoWidth;
    const height = videoHeight - top;
    if (top === 0 || height === 0) return undefined;
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
    context.drawImage(video, 0, top, width, height, 0, 0, width, height);
    return readPictureCode(context.getImageData(0, 0, width, height).data, width);
  };
}

// src/stream/encoder-rows.ts - the encoders we know, best first, and how each wants to be set up.
import { availableParallelism } from 'node:os';
import {
  AV_HWDEVICE_TYPE_VAAPI,
  AV_PIX_FMT_NV12,
  AV_PIX_FMT_VAAPI,
  AV_PIX_FMT_YUV420P,
  AVCOL_SPC_BT709,
  AVCOL_SPC_SMPTE170M,
  type AVColorSpace,
  type AVPixelFormat,
  FF_ENCODER_H264_NVENC,
  FF_ENCODER_H264_VAAPI,
  FF_ENCODER_LIBVPX_VP8,
  FF_ENCODER_LIBX264,
  type FFVideoEncoder,
} from 'node-av/constants';
import {
  type CodecContext,
  Frame,
  HardwareDeviceContext,
  HardwareFramesContext,
  SoftwareScaleContext,
} from 'node-av/lib';
import { OutageError } from '../base/assert.ts';
import type { Codec } from '../protocol/shapes.ts';
import { allocateFrame, checked } from './av.ts';

/** Names as `--encoder` takes them. */
export type EncoderKind = 'nvenc' | 'vaapi' | 'x264' | 'vp8';

/** Size, rate and bitrate of what an encoder makes. `height` counts the strip under the picture. */
export type EncoderShape = {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly kbps: number;
};

/** How one kind of encoder is opened and fed. */
export type EncoderRow = {
  readonly name: EncoderKind;
  readonly ffmpegName: FFVideoEncoder;
  readonly codec: Codec;
  readonly options: Readonly<Record<string, string>>;
  readonly pixelFormat: AVPixelFormat;
  /** Threads of one picture; 0 leaves it to the encoder. */
  readonly threads: number;
  /** Matrix from RGB that a browser assumes for this codec. */
  readonly matrix: AVColorSpace;
  readonly constantRate: boolean;
  /** True when bit rate fields set on the open encoder take effect. */
  readonly ratesInPlace: boolean;
  /** Sets up what the encoder needs before it opens. */
  readonly prepare?: (context: CodecContext, shape: EncoderShape) => void;
  /** Makes what carries frames to the device. */
  readonly uploader?: (context: CodecContext) => (frame: Frame) => Promise<Frame>;
};

/** More threads cut one picture into more slices, which costs bits; four are enough for 1080p60. */
const softwareThreads = Math.min(4, availableParallelism());

function vaapiFrames(context: CodecContext, shape: EncoderShape): void {
  const device = new HardwareDeviceContext();
  checked(device.create(AV_HWDEVICE_TYPE_VAAPI, null, null), 'vaapi has no device');
  const frames = new HardwareFramesContext();
  frames.alloc(device);
  frames.format = AV_PIX_FMT_VAAPI;
  frames.swFormat = AV_PIX_FMT_NV12;
  frames.width = shape.width;
  frames.height = shape.height;
  frames.initialPoolSize = 4;
  checked(frames.init(), 'vaapi makes no surfaces');
  context.hwFramesCtx = frames;
}

function vaapiUploader(context: CodecContext): (frame: Frame) => Promise<Frame> {
  const surfaces = context.hwFramesCtx;
  if (surfaces === null) throw new OutageError('vaapi lost its surfaces');
  const scale = new SoftwareScaleContext();
  scale.allocContext();
  let staging: Frame | undefined;
  return async (frame) => {
    staging ??= allocateFrame(AV_PIX_FMT_NV12, frame.width, frame.height);
    staging.colorRange = frame.colorRange;
    staging.colorSpace = frame.colorSpace;
    checked(await scale.scaleFrame(staging, frame), 'conversion to NV12');
    const surface = new Frame();
    surface.alloc();
    checked(surfaces.getBuffer(surface), 'vaapi has no free surface');
    checked(await surface.hwframeTransferData(staging), 'upload to vaapi');
    return surface;
  };
}

/** Every kind, best first. */
export const encoderRows: readonly EncoderRow[] = [
  {
    name: 'nvenc',
    ffmpegName: FF_ENCODER_H264_NVENC,
    codec: 'h264',
    options: {
      preset: 'p2',
      tune: 'ull',
      profile: 'baseline',
      rc: 'cbr',
      zerolatency: '1',
      delay: '0',
      'forced-idr': '1',
    },
    pixelFormat: AV_PIX_FMT_YUV420P,
    threads: 0,
    matrix: AVCOL_SPC_BT709,
    constantRate: false,
    ratesInPlace: true,
  },
  {
    name: 'vaapi',
    ffmpegName: FF_ENCODER_H264_VAAPI,
    codec: 'h264',
    options: { profile: 'constrained_baseline', rc_mode: 'CBR', async_depth: '1' },
    pixelFormat: AV_PIX_FMT_VAAPI,
    threads: 0,
    matrix: AVCOL_SPC_BT709,
    constantRate: false,
    ratesInPlace: false,
    prepare: vaapiFrames,
    uploader: vaapiUploader,
  },
  {
    name: 'x264',
    ffmpegName: FF_ENCODER_LIBX264,
    codec: 'h264',
    // Sliced threads, no look-ahead, no reordering: each picture comes out of the call that put it in.
    options: { preset: 'ultrafast', tune: 'zerolatency', profile: 'baseline', 'forced-idr': '1' },
    pixelFormat: AV_PIX_FMT_YUV420P,
    threads: softwareThreads,
    matrix: AVCOL_SPC_BT709,
    constantRate: false,
    ratesInPlace: true,
  },
  {
    name: 'vp8',
    ffmpegName: FF_ENCODER_LIBVPX_VP8,
    codec: 'vp8',
    options: {
      deadline: 'realtime',
      'cpu-used': '16',
      'lag-in-frames': '0',
      'max-intra-rate': '400',
      'auto-alt-ref': '0',
    },
    pixelFormat: AV_PIX_FMT_YUV420P,
    threads: 1, // Its threads wait for each other by spinning: on a busy machine a picture then takes 20 times as long.
    matrix: AVCOL_SPC_SMPTE170M, // VP8 knows only BT.601 (RFC 6386 section 9.2).
    constantRate: true,
    ratesInPlace: false,
  },
];

// bench/click-to-photon/sender.js - the peer of comparison: the same scene on a canvas, captured at 60 frames a second and
// sent by the browser's own WebRTC. It draws at once on an input, too, so that what differs is the path of the picture.
import { decodeKeyFrame } from '../../src/protocol/input-frames.ts';
import { codeStripHeight, packPictureCode } from '../../src/protocol/picture-code.ts';
import { drawScene } from './scene.ts';

const [WIDTH, HEIGHT, FPS, CELL] = [1280, 720, 60, 8];
const strip = codeStripHeight(WIDTH);
const canvas = document.createElement('canvas');
canvas.width = WIDTH;
canvas.height = HEIGHT + strip;
const context = canvas.getContext('2d');
const image = new ImageData(WIDTH, HEIGHT);
const pixels = new Uint32Array(image.data.buffer);
let inputSeq = 0;
let frameSeq = 0;
let lastMs = 0;

function draw() {
  const nowMs = performance.now();
  lastMs = nowMs;
  drawScene(pixels, WIDTH, HEIGHT, nowMs);
  context.putImageData(image, 0, 0);
  const packed = packPictureCode({ inputSeq, motionSeq: 0, frameSeq: ++frameSeq & 0xffff, state: inputSeq & 0xffffff });
  context.fillStyle = '#000';
  context.fillRect(0, HEIGHT, WIDTH, strip);
  context.fillStyle = '#fff';
  for (let bit = 0; bit < packed.length * 8; bit++) {
    if ((packed[bit >> 3] >> (7 - (bit & 7))) & 1) context.fillRect(bit * CELL, HEIGHT, CELL, strip);
  }
}

const stream = canvas.captureStream(FPS);
const [track] = stream.getVideoTracks();
setInterval(() => performance.now() - lastMs > 1000 / FPS / 1.5 && draw(), 1000 / FPS);

const peer = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
const keys = peer.createDataChannel('keys');
keys.binaryType = 'arraybuffer';
keys.onmessage = ({ data }) => {
  const frame = decodeKeyFrame(new Uint8Array(data));
  if (!frame.ok) return;
  inputSeq = frame.value.seq;
  draw();
  track.requestFrame?.();
};
track.contentHint = 'motion';
const transceiver = peer.addTransceiver(track, { direction: 'sendonly', sendEncodings: [{ maxBitrate: 12_000_000 }] });
const { codecs } = RTCRtpSender.getCapabilities('video');
const h264 = codecs.filter(({ mimeType, sdpFmtpLine = '' }) => mimeType === 'video/H264' && /42e01f/.test(sdpFmtpLine));
transceiver.setCodecPreferences([...h264, ...codecs.filter(({ mimeType }) => mimeType === 'video/rtx')]);

// Without this the browser makes the picture smaller when it is short of processor, and the strip cannot be read.
const parameters = transceiver.sender.getParameters();
parameters.degradationPreference = 'maintain-resolution';
void transceiver.sender.setParameters(parameters);

window.sender = {
  async offer() {
    await peer.setLocalDescription();
    while (peer.iceGatheringState !== 'complete') await new Promise((resolve) => setTimeout(resolve, 5));
    return peer.localDescription.sdp;
  },
  answer: (sdp) => peer.setRemoteDescription({ type: 'answer', sdp }),
  candidate: (candidate) => peer.addIceCandidate(candidate),
  codec: async () => [...(await peer.getStats()).values()].find(({ type }) => type === 'codec')?.mimeType,
};

// test/unit/media/session-sdp.test.ts - goal: what Chromium and Firefox answered (captured from 156 and ESR 153, shortened)
// is read right, and nonsense is refused.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readAnswer } from '../../../src/media/session-sdp.ts';

const chromium = `v=0
o=- 6183745926311520430 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1 2
a=extmap-allow-mixed
a=msid-semantic: WMS
m=video 9 UDP/TLS/RTP/SAVPF 102 103 96 97
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:Zx1q
a=mid:0
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=extmap:5 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
a=extmap:6 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
a=extmap:7 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay
a=recvonly
a=rtpmap:102 H264/90000
m=audio 9 UDP/TLS/RTP/SAVPF 111
a=mid:1
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=extmap:5/recvonly http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
m=application 9 UDP/DTLS/SCTP webrtc-datachannel
a=mid:2`.replace(/\n/g, '\r\n');

test('codec, payload types and extensions of a full answer', () => {
  expect(readAnswer(chromium, ['h264', 'vp8'])).toEqual({
    ok: true,
    value: {
      codec: 'h264',
      video: {
        mid: '0',
        payloadType: 102,
        rtxPayloadType: 103,
        extensions: { mid: 4, transportSeq: 5, absSendTime: 6, playoutDelay: 7 },
      },
      audio: {
        mid: '1',
        payloadType: 111,
        rtxPayloadType: undefined,
        extensions: { mid: 4, transportSeq: 5, absSendTime: undefined, playoutDelay: undefined },
      },
    },
  });
});

test('our order of codecs decides among those that the page took', () => {
  const both = readAnswer(chromium, ['vp8', 'h264']);
  expect(both.ok && both.value.codec).toBe('vp8');
  const firefox = readAnswer(chromium.replace('102 103 96 97', '96'), ['h264', 'vp8']);
  expect(firefox.ok && [firefox.value.codec, firefox.value.video.rtxPayloadType]).toEqual(['vp8', undefined]);
});

test('a refused picture is no answer, refused sound is', () => {
  expect(readAnswer(chromium.replace('m=video 9', 'm=video 0'), ['h264'])).toEqual({ ok: false, error: 'no-codec' });
  expect(readAnswer(chromium, ['vp8']).ok).toBe(true);
  expect(readAnswer(chromium.replace('102 103 96 97', '120 121'), ['h264', 'vp8'])).toEqual({
    ok: false,
    error: 'no-codec',
  });
  const silent = readAnswer(chromium.replace('m=audio 9', 'm=audio 0'), ['h264']);
  expect(silent.ok && silent.value.audio).toBeUndefined();
});

test('any text is read without throwing', () => {
  const line = fc.oneof(
    fc.constantFrom(...chromium.split('\r\n')),
    fc.string({ maxLength: 40 }).map((text) => `a=${text}`),
  );
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 60, size: 'max' }),
      (lines) => void readAnswer(lines.join('\n'), ['h264', 'vp8']),
    ),
  );
});

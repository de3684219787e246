// test/unit/media/rtp-packet.test.ts - goal: packets as RFC 3550 section 5.1, RFC 8285 section 4.2 and RFC 4588 section 4.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PACKET_BYTES_MAX, planPackets, stampPacket, startPacket, wrapRtx } from '../../../src/media/rtp-packet.ts';

const all = { mid: 4, transportSeq: 5, absSendTime: 6, playoutDelay: 7 };
const none = { mid: undefined, transportSeq: undefined, absSendTime: undefined, playoutDelay: undefined };
const fields = { seq: 0x1234, timestamp: 0xdeadbeef, marker: true };

test('the whole header, byte for byte', () => {
  const layout = planPackets({ ssrc: 0x01020304, payloadType: 102, mid: '0', extensions: all });
  const packet = startPacket(layout, fields, 2);
  stampPacket(packet, layout, 0x1_abcd, 1_500);
  const hex = Buffer.from(packet).toString('hex').match(/../g)?.join(' ');
  expect(hex).toBe(
    [
      '90 e6 12 34 de ad be ef 01 02 03 04', // V=2 X=1, M and 102, number, time, source
      'be de 00 04', // one-byte extensions, four words
      '40 30', // 4: mid '0'
      '51 ab cd', // 5: transport-wide number, low 16 bits
      '62 06 00 00', // 6: 1.5 s in 6.18 fixed point
      '72 00 00 00', // 7: playout delay 0 to 0
      '00 00 00', // padding
      '00 00', // payload
    ].join(' '),
  );
});

test('without extensions there is no extension block, and stamping changes nothing', () => {
  const layout = planPackets({ ssrc: 1, payloadType: 96, mid: '0', extensions: none });
  const packet = startPacket(layout, { ...fields, marker: false }, 3);
  const before = Uint8Array.from(packet);
  stampPacket(packet, layout, 77, 1_000);
  expect(packet).toEqual(before);
  expect([packet.length, packet[0], packet[1]]).toEqual([15, 0x80, 96]);
});

test('a full packet is as long as allowed', () => {
  const layout = planPackets({ ssrc: 1, payloadType: 96, mid: '0', extensions: all });
  expect(layout.headerBytes + layout.payloadBytesMax).toBe(PACKET_BYTES_MAX);
  expect(layout.headerBytes % 4).toBe(0);
});

test('a retransmission carries the original number and payload under its own stream', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 1_100, size: 'max' }),
      fc.nat(0xffff),
      fc.boolean(),
      (payload, seq, marker) => {
        const layout = planPackets({ ssrc: 1, payloadType: 102, mid: '0', extensions: all });
        const rtx = planPackets({ ssrc: 2, payloadType: 103, mid: '0', extensions: all });
        const original = startPacket(layout, { seq, timestamp: 90_000, marker }, payload.length);
        original.set(payload, layout.headerBytes);
        const packet = Buffer.from(wrapRtx(original, rtx, 9));
        expect([packet.readUInt8(1), packet.readUInt16BE(2), packet.readUInt32BE(4), packet.readUInt32BE(8)]).toEqual([
          (marker ? 0x80 : 0) | 103,
          9,
          90_000,
          2,
        ]);
        expect(packet.readUInt16BE(rtx.headerBytes)).toBe(seq);
        expect(Uint8Array.from(packet.subarray(rtx.headerBytes + 2))).toEqual(payload);
      },
    ),
  );
});

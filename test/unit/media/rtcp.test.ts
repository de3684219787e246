// test/unit/media/rtcp.test.ts - goal: every report a browser sends is understood, and no bytes whatever break the reader.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readRtcp } from '../../../src/media/rtcp-reader.ts';
import { compactNtp, ntpOf, roundTripMs, writeSenderReport } from '../../../src/media/rtcp-writer.ts';

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replace(/\s/g, ''), 'hex'));

describe('reading', () => {
  test('a receiver report: loss, jitter, last report', () => {
    const news = readRtcp(bytes('81c90007 00000001 0a0b0c0d 40000005 00010002 00000063 b7058000 00054000'));
    expect(news.reports).toEqual([
      { ssrc: 0x0a0b0c0d, lossShare: 0.25, jitter: 99, lastReport: 0xb7058000, delaySinceLast: 0x00054000 },
    ]);
    expect(news.malformed).toBe(0);
  });

  test('a NACK: the first number and a bit for each of the sixteen after it, over the wrap', () => {
    const news = readRtcp(bytes('81cd0004 00000001 0a0b0c0d fffe8005 00100000'));
    expect(news.lost).toEqual([{ ssrc: 0x0a0b0c0d, seqs: [0xfffe, 0xffff, 1, 14, 16] }]);
  });

  test('a picture loss and a full intra request', () => {
    const news = readRtcp(bytes('81ce0002 00000001 0a0b0c0d 84ce0004 00000001 00000000 0a0b0c0d 07000000'));
    expect(news.pictureLost).toEqual([0x0a0b0c0d]);
    expect(news.intraRequests).toEqual([{ ssrc: 0x0a0b0c0d, counter: 7 }]);
  });

  test('arrival times: runs, two kinds of vector, small, large and negative steps', () => {
    // Base 10, 12 packets, reference 3 * 64 ms, message 1; a run of 2 small steps; seven two-bit symbols 1 2 0 2 0 0 0;
    // one-bit symbols 1 0 1; steps of 250 us: 4, 8, 12, -4, 4096, 1, 2.
    const news = readRtcp(
      bytes('8fcd0008 00000001 0a0b0c0d 000a 000c 000003 01 2002 d880 a800 04 08 0c fffc 1000 01 02 00'),
    );
    const at = (ticks: number | undefined) => (ticks === undefined ? undefined : 192_000 + ticks * 250);
    const ticks = [4, 12, 24, 20, undefined, 4116, undefined, undefined, undefined, 4117, undefined, 4119];
    expect(news.malformed).toBe(0);
    expect(news.feedback).toEqual([{ baseSeq: 10, feedbackSeq: 1, arrivalsUs: ticks.map(at) }]);
  });

  test('what follows an unknown packet still counts, what follows a broken one does not', () => {
    const unknown = '80d00001 00000000';
    const loss = '81ce0002 00000001 0a0b0c0d';
    expect(readRtcp(bytes(unknown + loss)).pictureLost).toHaveLength(1);
    const broken = readRtcp(bytes(`81ceffff${loss}`));
    expect([broken.pictureLost.length, broken.malformed]).toEqual([0, 1]);
  });

  test('cut-off parts are counted and left out', () => {
    for (const hex of [
      '81c90001 00000001',
      '81cd0001 00000001',
      '8fcd0002 00000001 0a0b0c0d',
      '84ce0003 00000001 00000000 0a0b0c0d',
    ]) {
      expect(readRtcp(bytes(hex)).malformed).toBe(1);
    }
  });

  test('any bytes are read without throwing, within the bounds', () => {
    const part = fc
      .tuple(fc.nat(31), fc.constantFrom(200, 201, 202, 205, 206), fc.uint8Array({ maxLength: 80, size: 'max' }))
      .map(([count, type, body]) => {
        const words = Math.floor(body.length / 4);
        return Uint8Array.from([0x80 | count, type, words >> 8, words & 0xff, ...body.subarray(0, words * 4)]);
      });
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 1_500, size: 'max' }),
      fc.array(part, { maxLength: 8, size: 'max' }).map((parts) => Uint8Array.from(parts.flatMap((each) => [...each]))),
    );
    fc.assert(
      fc.property(anything, (compound) => {
        const news = readRtcp(compound);
        expect(news.lost.flatMap(({ seqs }) => seqs).every((seq) => seq >= 0 && seq <= 0xffff)).toBe(true);
        expect(news.feedback.every(({ arrivalsUs }) => arrivalsUs.length <= 8_192)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('writing', () => {
  test('a sender report and its source name, byte for byte', () => {
    const facts = { ssrc: 0x01020304, rtpTimestamp: 0x11223344, packets: 7, bytes: 900 };
    const report = writeSenderReport(facts, 'abc', 1_500);
    const hex = Buffer.from(report).toString('hex');
    expect(hex).toBe(
      `80c80006 01020304 83aa7e81 80000000 11223344 00000007 00000384 81ca0003 01020304 01036162 63000000`.replace(
        / /g,
        '',
      ),
    );
    expect(readRtcp(report).malformed).toBe(0);
  });

  test('times from the figure in RFC 3550 section 6.4.1: a delay of 6.125 s', () => {
    const wallOf = (compact: number) => {
      // Any wall time whose compact form is this one.
      const base = 1_700_000_000_000;
      const behind = (compact - compactNtp(base)) >>> 0;
      return base + (behind / 65_536) * 1000;
    };
    expect(roundTripMs({ lastReport: 0xb7052000, delaySinceLast: 0x00054000 }, wallOf(0xb7108000))).toBeCloseTo(
      6_125,
      0,
    );
    expect(roundTripMs({ lastReport: 0, delaySinceLast: 0 }, 0)).toBeUndefined();
    expect(ntpOf(0)).toEqual({ seconds: 2_208_988_800, fraction: 0 });
  });
});

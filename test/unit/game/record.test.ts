// test/unit/game/record.test.ts - the save of the built-in game comes back as it was, and nothing else gets in.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { coloursWon, decodeRecord, encodeRecord, freshRecord, type GameRecord } from '../../../src/game/record.ts';

const records: fc.Arbitrary<GameRecord> = fc
  .record({
    best: fc.integer({ min: 0, max: 0xffff_ffff }),
    bestWave: fc.integer({ min: 0, max: 0xffff }),
    runs: fc.integer({ min: 0, max: 0xffff_ffff }),
    kills: fc.integer({ min: 0, max: 0xffff_ffff }),
    bosses: fc.integer({ min: 0, max: 0xffff }),
    colour: fc.integer({ min: 0, max: 4 }),
    calm: fc.boolean(),
    music: fc.boolean(),
  })
  .map((record) => ({ ...record, colour: coloursWon(record).includes(record.colour) ? record.colour : 0 }));

test('a record comes back as it was', () => {
  fc.assert(
    fc.property(records, (record) => {
      expect(decodeRecord(encodeRecord(record))).toEqual({ ok: true, value: record });
    }),
  );
});

test('any bytes are refused or are a record that writes the same bytes', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    records.chain((record) => {
      const good = encodeRecord(record);
      return fc
        .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 255 }))
        .map(([at, value]) => good.with(at, value));
    }),
  );
  fc.assert(
    fc.property(bytes, (some) => {
      const record = decodeRecord(some);
      if (record.ok) expect([...encodeRecord(record.value)]).toEqual([...some]);
      else expect(record.error).toBe('bad-record');
    }),
  );
});

test('a colour that was not won is refused; the same record with one that was is taken', () => {
  const bytes = encodeRecord({ ...freshRecord, colour: 0 });
  expect(decodeRecord(bytes.with(4, 1))).toEqual({ ok: false, error: 'bad-record' });
  const won = encodeRecord({ ...freshRecord, bestWave: 3 });
  expect(decodeRecord(won.with(4, 1)).ok).toBe(true);
});

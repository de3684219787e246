// src/game/record.ts - what the game remembers of a player: best run, colours won, switches. Small, versioned, checked.
import { ByteReader, ByteWriter } from '../base/byte-cursor.ts';
import { err, ok, type Result } from '../base/result.ts';

/** The record of one player. */
export type GameRecord = {
  readonly best: number;
  readonly bestWave: number;
  readonly runs: number;
  readonly kills: number;
  readonly bosses: number;
  /** Colour of the ship, an index of `COLOURS`; always one that was won. */
  readonly colour: number;
  /** Less motion: no shaking, no flashes. */
  readonly calm: boolean;
  readonly music: boolean;
};

/** The ship's colours in the order they are won, with what each asks for. */
export const COLOURS = ['near', 'play', 'coin', 'stop', 'text'] as const;
const WON_WITH: readonly ((record: GameRecord) => boolean)[] = [
  () => true,
  (record) => record.bestWave >= 3,
  (record) => record.best >= 25_000,
  (record) => record.bosses >= 1,
  (record) => record.best >= 150_000,
];

/** The record of someone who never played. */
export const freshRecord: GameRecord = {
  best: 0,
  bestWave: 0,
  runs: 0,
  kills: 0,
  bosses: 0,
  colour: 0,
  calm: false,
  music: true,
};

/** Indices of the colours won so far, ascending. */
export function coloursWon(record: GameRecord): number[] {
  return COLOURS.map((_, index) => index).filter((index) => WON_WITH[index]?.(record) === true);
}

/** The next colour won, after the one in use. */
export function nextColour(record: GameRecord): number {
  const won = coloursWon(record);
  return won[(won.indexOf(record.colour) + 1) % won.length] ?? 0;
}

const MAGIC = 0x4e41; // 'NA'
const VERSION = 1;
const BYTES = 24;
const COUNT_MAX = 0xffff_ffff;

/** The record as 24 bytes: magic 2, version 1, switches 1, colour 1, 3 spare, best 4, runs 4, kills 4, best wave 2, bosses 2. */
export function encodeRecord(record: GameRecord): Uint8Array {
  const out = new ByteWriter(BYTES);
  out.u16(MAGIC).u8(VERSION);
  out.u8((record.calm ? 1 : 0) | (record.music ? 2 : 0));
  out.u8(record.colour).u8(0).u16(0);
  for (const count of [record.best, record.runs, record.kills]) out.u32(Math.min(count, COUNT_MAX));
  for (const count of [record.bestWave, record.bosses]) out.u16(Math.min(count, 0xffff));
  return out.written();
}

/** Reads 24 bytes. Refuses another length, magic or version, spare bits that are set, and a colour that was not won. */
export function decodeRecord(bytes: Uint8Array): Result<GameRecord, 'bad-record'> {
  if (bytes.length !== BYTES) return err('bad-record');
  const input = new ByteReader(bytes);
  if (input.u16() !== MAGIC || input.u8() !== VERSION) return err('bad-record');
  const switches = input.u8();
  const colour = input.u8();
  const spare = input.u8() + input.u16();
  const [best, runs, kills] = [input.u32(), input.u32(), input.u32()];
  const [bestWave, bosses] = [input.u16(), input.u16()];
  const record: GameRecord = {
    best,
    bestWave,
    runs,
    kills,
    bosses,
    colour,
    calm: (switches & 1) !== 0,
    music: (switches & 2) !== 0,
  };
  return spare !== 0 || switches > 3 || !coloursWon(record).includes(colour) ? err('bad-record') : ok(record);
}

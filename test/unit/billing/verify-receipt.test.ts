// test/unit/billing/verify-receipt.test.ts - a true receipt is called true; with any one field changed, added or taken away
// it is refused, and the answer names the line. And what a dishonest hub itself cannot change is shown too.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineIds } from '../../../src/billing/receipt-checks.ts';
import { type ReceiptVerdict, verifyReceipt } from '../../../src/billing/verify-receipt.ts';
import type { Receipt } from '../../../src/protocol/receipt.ts';
import { sealTrue, trueReceipt } from '../../support/true-receipt.ts';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type Path = readonly (string | number)[];

const receipt = trueReceipt();
const plain = (): Json => JSON.parse(JSON.stringify(receipt)) as Json;

function leaves(value: Json, before: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [before];
  return Object.entries(value).flatMap(([key, field]) => leaves(field, [...before, key]));
}
const paths = leaves(plain());

function at(value: Json, path: Path): Json | undefined {
  return path.reduce<Json | undefined>((part, key) => (part as Record<string, Json>)?.[key], value);
}

/** A copy with one field set, or taken away. */
function changed(path: Path, value: Json | undefined): Json {
  const copy = plain();
  const holder = at(copy, path.slice(0, -1)) as Record<string, Json>;
  const last = path.at(-1) as string;
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return copy;
}

/** A value of the same form that is not the same: what somebody would write who wants to pass. */
function near(path: Path): Json {
  const value = at(plain(), path);
  if (typeof value === 'number') return value >= 1 ? value - 1 : value / 2 || 1;
  if (typeof value !== 'string') return null;
  const other: Record<string, string> = { relay: 'direct', 'player-left': 'afk', nearest: 'only', owed: 'on-chain' };
  const word = other[value];
  if (word !== undefined) return word;
  if (/^\d{5,}$/.test(value)) return (BigInt(value) - 1_000n).toString();
  if (/^\d+$/.test(value)) return `${Number(value) + 1}`;
  const flip = value.endsWith('1') ? '2' : '1';
  return `${value.slice(0, -1)}${flip}`;
}

const wrongLines = ({ lines }: ReceiptVerdict) => lines.filter(({ wrong }) => wrong !== undefined);
function namesIt(verdict: ReceiptVerdict, path: Path): boolean {
  const [top] = path;
  return wrongLines(verdict).some(({ id, wrong }) => {
    const fields = (wrong?.field ?? '').split(', ').map((field) => field.split('.')[0]);
    return id === 'form' ? wrong?.field !== '' : fields.includes(String(top));
  });
}

test('a true receipt holds in every line, also as it comes back from a file', () => {
  const verdict = verifyReceipt(JSON.parse(JSON.stringify(receipt)));
  expect(wrongLines(verdict)).toEqual([]);
  expect(verdict.holds).toBe(true);
  expect(verdict.lines.map(({ id }) => id)).toEqual([...lineIds]);
});

test('so does one where nothing was signed and nothing cost, and one of a second', () => {
  const {
    openSignature: _o,
    voucher: _v,
    voucherSignature: _s,
    relay: _r,
    seal: _l,
    continues: _c,
    ...rest
  } = trueReceipt(0);
  expect(wrongLines(verifyReceipt(sealTrue(rest)))).toEqual([]);
  expect(wrongLines(verifyReceipt(trueReceipt(1_000)))).toEqual([]);
});

// Goal: no field can be changed. Method: each leaf in turn, to a value of the same form, and away.
test('with any one field changed or taken away it is refused, and a wrong line names the field', () => {
  expect(paths.length).toBeGreaterThan(100);
  const passed: string[] = [];
  const unnamed: string[] = [];
  for (const path of paths) {
    for (const value of path[1] === 'sums' ? [near(path)] : [near(path), undefined]) {
      const verdict = verifyReceipt(changed(path, value));
      if (verdict.holds) passed.push(`${path.join('.')} = ${value}`);
      else if (!namesIt(verdict, path)) unnamed.push(path.join('.'));
    }
  }
  expect(passed).toEqual([]);
  expect(unnamed).toEqual([]);
});

test('any value anywhere is refused without a throw, and so is a field that nobody knows', () => {
  fc.assert(
    fc.property(fc.constantFrom(...paths), fc.jsonValue({ maxDepth: 2 }), (path, value) => {
      fc.pre(JSON.stringify(value) !== JSON.stringify(at(plain(), path)));
      expect(verifyReceipt(changed(path, value as Json)).holds).toBe(false);
    }),
    { numRuns: 60 },
  );
  for (const holder of [[], ['quote'], ['open'], ['seal']]) {
    const verdict = verifyReceipt(changed([...holder, 'tip'], '1'));
    expect(wrongLines(verdict).map(({ id }) => id)).toEqual(['form']);
  }
  for (const odd of [null, 7, 'receipt', [], {}]) expect(verifyReceipt(odd).holds).toBe(false);
});

// Goal: which lines of a receipt need no trust in the hub. Method: the hub changes a field and seals anew with its own key.
test('what wallet and session key signed, and every sum, even the hub cannot change', () => {
  const word = new Set<string>();
  for (const path of paths.filter(([top]) => top !== 'seal' && top !== 'v')) {
    const { seal: _seal, ...rest } = changed(path, near(path)) as Record<string, Json>;
    if (verifyReceipt(sealTrue(rest as unknown as Receipt)).holds) word.add(path.join('.'));
  }
  const freeMs = Object.keys(receipt.freeMs).map((cause) => `freeMs.${cause}`);
  const choice = [
    'node',
    'path',
    'reason',
    ...['node', 'name', 'path', 'rttMinMs', 'jitterMs', 'loss'].map((name) => `ranked.0.${name}`),
  ];
  expect([...word].toSorted()).toEqual(
    [
      ...['session', 'continues', 'nodeName', 'operator', 'region', 'game', 'path', 'reason', 'burned'],
      ...['firstFrameAtMs', 'endedAtMs', 'nodeGoodMs', 'receivedBytes', 'relay.toPlayerBytes', 'relay.toNodeBytes'],
      ...['quote.rateMicroUsdPerHour', 'quote.priceAtMs', 'quote.priceSource'],
      ...['quote.promise.fps', 'quote.promise.height', 'quote.promise.rttCapMs'],
      ...freeMs,
      ...choice.map((name) => `choice.${name}`),
    ].toSorted(),
  );
});

test('the lines say what is wrong: found, expected, and the number it was worked out from', () => {
  const line = (value: Json, id: string) => verifyReceipt(value).lines.find((each) => each.id === id);
  const wei = (BigInt(receipt.costWei) + 1_000n).toString();
  expect(line(changed(['costWei'], wei), 'cost')?.wrong).toEqual({
    field: 'costWei',
    found: wei,
    expected: '43419444444444444000',
  });
  expect(line(changed(['nodeName'], 'Tokyo-9'), 'seal')?.wrong?.field).toBe('nodeName');
  expect(line(changed(['seal'], undefined), 'seal')?.wrong).toEqual({ field: 'seal', found: '-' });
  expect(line(changed(['billedMs'], receipt.billedMs - 1_000), 'counts')?.wrong?.expected).toBe(`${receipt.billedMs}`);
  expect(line(plain(), 'seal')?.facts.address).toBe(receipt.seal?.hub);
});

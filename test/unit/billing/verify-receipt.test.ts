// test/unit/billing/verify-receipt.test.ts - a true receipt is called true; with any one field changed, added or taken away
// it is refused, and the answer names the line. And what a dishonest hub itself cannot change is shown too.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineIds } from '../../../src/billing/receipt-checks.ts';
import { type ReceiptVerdict, verifyReceipt, verifyReceiptText } from '../../../src/billing/verify-receipt.ts';
import { type Receipt, ReceiptShape } from '../../../src/protocol/receipt.ts';
import { sealTrue, trueReceipt } from '../../support/true-receipt.ts';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type Path = readonly (string | number)[];

const receipt = trueReceipt(2_233_000, 'seat'); // It has every field that a person's has, and one more.
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

test.each(['person', 'seat', 'without-key'] as const)(
  'a true receipt holds in every line, also as it comes back from a file: %s',
  (kind) => {
    const verdict = verifyReceipt(JSON.parse(JSON.stringify(trueReceipt(2_233_000, kind))));
    expect(wrongLines(verdict)).toEqual([]);
    expect(verdict.holds).toBe(true);
    expect(verdict.lines.map(({ id }) => id)).toEqual([...lineIds]);
  },
);

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

/** Every object and list of a value. */
function holders(value: Json, before: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  return [before, ...Object.entries(value).flatMap(([key, field]) => holders(field, [...before, key]))];
}

// Goal: nothing can be put in, doubled, turned round or emptied, however deep. Method: each object and each list of a receipt
// that has every field there is.
test('nothing is added to, taken out of or turned round in any part of it, nor in what was sealed', () => {
  expect(Object.keys(ReceiptShape.properties).filter((name) => !(name in receipt))).toEqual([]);
  const parts = holders(plain());
  expect(parts.length).toBeGreaterThan(12);
  const tries = parts.flatMap((path): [string, Json][] => {
    const name = path.join('.') || 'receipt';
    const set = (part: Json): Json => (path.length === 0 ? part : changed(path, part));
    const part = at(plain(), path) as Json;
    if (!Array.isArray(part)) {
      const named = path.at(-1) === 'sums' ? { tip: '0'.repeat(32) } : { tip: '1' };
      return [
        [`${name} and one more`, set({ ...(part as Record<string, Json>), ...named })],
        [`${name} emptied`, set({})],
      ];
    }
    const turned: [string, Json][] = part.length > 1 ? [[`${name} turned`, set(part.toReversed())]] : [];
    return [[`${name} doubled`, set([...part, ...part])], [`${name} emptied`, set([])], ...turned];
  });
  expect(tries.filter(([, value]) => verifyReceipt(value).holds).map(([name]) => name)).toEqual([]);
  for (const name of Object.keys(receipt.seal?.sums ?? {})) {
    expect(verifyReceipt(changed(['seal', 'sums', name], undefined)).holds).toBe(false);
  }
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

test('a seat that the owner did not sign for, and an Open without its key, are refused', () => {
  const stranger = { ...receipt, open: { ...receipt.open, key: `0x${'0c'.repeat(20)}` as const } };
  const { keyProof: _proof, ...alone } = receipt;
  const { key: _key, ...without } = receipt.open;
  for (const [wrong, field] of [
    [stranger, 'keyProof'],
    [alone, 'open.key'],
    [{ ...receipt, open: without }, 'openSignature'], // As if the consent named one key, which signed nothing.
  ] as const) {
    expect(verifyReceipt(wrong).lines.find(({ id }) => id === 'session')?.wrong?.field).toBe(field);
  }
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

// A person reads the first of two, JSON.parse takes the last: such a file would say one sum and be called true for another.
test('a file that names a field twice is refused and the name told; in another order, spacing or escape it holds', () => {
  const receipt = trueReceipt(2_233_000, 'seat'); // It has every field that a person's has, and one more.
  const text = JSON.stringify(receipt);
  const twice = [
    ['costWei', text.replace('"costWei"', '"costWei":"999","costWei"')],
    ['costWei', text.replace('"costWei"', '"\\u0063ostWei":"999","costWei"')],
    ['amount', text.replace('"amount"', '"amount" : "1","amount"')],
    ['seal', `${text.slice(0, -1)},"seal":${JSON.stringify(receipt.seal)}}`],
  ] as const;
  for (const [field, changed] of twice) {
    expect(changed).not.toBe(text);
    expect(verifyReceiptText(changed)).toMatchObject({ holds: false, lines: [{ id: 'form', wrong: { field } }] });
  }
  const turned = Object.fromEntries(Object.entries(receipt).toReversed());
  const held = [text, JSON.stringify(turned, null, 2), text.replace('"costWei"', '"\\u0063ostWei"')];
  for (const same of held) expect(verifyReceiptText(same).holds).toBe(true);
  const named = sealTrue({ ...trueReceipt(), nodeName: '"costWei":"1","costWei"' });
  expect(verifyReceiptText(JSON.stringify(named)).holds).toBe(true);
});

test('a text that is no receipt is refused without a throw: too long, too deep, no JSON, numbers as text and text as numbers', () => {
  const text = JSON.stringify(trueReceipt());
  const odd = [
    '',
    'null',
    text.slice(0, -1),
    `${text}x`,
    `\uFEFF${text}`,
    `${' '.repeat(1_000_000)}${text}`,
    '['.repeat(400_000),
    `${'['.repeat(400_000)}${']'.repeat(400_000)}`,
    text.replace('"billedMs":2233000', '"billedMs":"2233000"'),
    text.replace('"billedMs":2233000', '"billedMs":1e400'),
    text.replace('"gpuTier":"0"', '"gpuTier":"00"'),
    text.replace('"gpuTier":"0"', '"gpuTier":"\uFF10"'),
    text.replace('"seq":"223"', '"seq":223'),
    text.replace('"seq":"223"', '"seq":"0xdf"'),
    text.replace('{', '{"__proto__":{"v":1},'),
  ];
  for (const each of odd) {
    expect(each).not.toBe(text);
    expect(verifyReceiptText(each).lines.map(({ id }) => id)).toEqual(['form']);
  }
});

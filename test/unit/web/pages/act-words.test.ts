// test/unit/web/pages/act-words.test.ts - refusals and the lines of a café's audit, read in Chinese: no word of a program is left,
// but for the code that stands beside.
import { createInstance } from 'i18next';
import { expect, test } from 'vitest';
import { en } from '../../../../clients/web/src/i18n/en/index.ts';
import { zhHans } from '../../../../clients/web/src/i18n/zh-hans/index.ts';
import { zhHant } from '../../../../clients/web/src/i18n/zh-hant/index.ts';
import { actWords, outcomeOf } from '../../../../clients/web/src/pages/cafe/act-words.ts';
import { reasonWords } from '../../../../clients/web/src/pages/cafe/reason-words.ts';
import { withPresetNames } from '../../../../clients/web/src/ui/preset-names.ts';
import { problemWhat } from '../../../../clients/web/src/ui/problem-what.ts';
import { TAIPEI_AGE_BANDS, TAIPEI_CURFEW } from '../../../../src/cafe/curfew.ts';
import { cafeActs, hubActs } from '../../../../src/protocol/cafe-acts.ts';
import { hubReasons } from '../../../../src/protocol/cafe-api.ts';
import { CafeSettingsShape } from '../../../../src/protocol/cafe-settings.ts';
import { errorCodes } from '../../../../src/protocol/error-codes.ts';
import { cafeSettings } from '../../../support/cafe/settings.ts';

const inChinese = async (words: typeof zhHant) => {
  const one = createInstance();
  await one.init({ resources: { zh: { translation: words } }, lng: 'zh', interpolation: { escapeValue: false } });
  return one.t;
};
const t = { 'zh-Hant': await inChinese(zhHant), 'zh-Hans': await inChinese(zhHans) };
// Goal: the rules of Taipei read as Chinese, also in a refusal; a site that gave a rule its own name keeps it.
test.each(Object.entries(t))('the example’s bands and rules are named in the reader’s language, %s', (_, read) => {
  const own = {
    id: 'night',
    name: 'No youth at night',
    ageBands: [],
    days: 'any',
    fromMinute: 0,
    toMinute: 1,
  } as const;
  const rules = [...TAIPEI_CURFEW, { ...own, ageBands: [], guardianLifts: false }];
  const shown = withPresetNames(read, cafeSettings({ ageBands: [...TAIPEI_AGE_BANDS], curfew: rules }));
  const names = [...shown.ageBands, ...shown.curfew].map(({ name }) => name);
  expect(names.filter((name) => latin.test(name))).toEqual([own.name]);
  expect(new Set(names).size).toBe(names.length);
  expect(shown.curfew.map(({ id }) => id)).toEqual(rules.map(({ id }) => id));
  const refused = problemWhat(read, { code: 'CURFEW', facts: { rule: TAIPEI_CURFEW[0]?.name ?? '', untilMs: 1 } });
  expect(refused).toContain(shown.curfew[0]?.name);
});

test('in English the example’s names are those that the hub gives', () => {
  const named = (list: readonly { id: string; name: string }[]) =>
    Object.fromEntries(list.map((one) => [one.id, one.name]));
  expect(en.settings.presets).toEqual({ bands: named(TAIPEI_AGE_BANDS), rules: named(TAIPEI_CURFEW) });
});

const { currency } = cafeSettings();
/** Words that are none of Chinese, but for names that are the same in every language; and braces that nobody filled. */
const latin = /(?!\b(?:DBC|HTTPS|MB)\b)\b[A-Za-z]{2,}|\{\{/;

test.each(Object.entries(t))('every act and every refusal of the audit has words, %s', (_, read) => {
  const said = [
    ...[...Object.keys(cafeActs), ...hubActs].map((act) => actWords(read, act)),
    ...Object.keys(errorCodes).map((outcome) => outcomeOf(read, currency, { act: 'start', outcome }).refused ?? ''),
  ];
  expect(said.filter((words) => latin.test(words) || words.trim() === '')).toEqual([]);
  expect(actWords(read, 'something.newer')).toBe('something.newer');
});

test('facts of a refusal are told in its words; a line that was cut is shown as it is', () => {
  const read = t['zh-Hant'];
  expect(outcomeOf(read, currency, { act: 'start', outcome: 'MEMBER_SEATED', about: '{"seat":"12"}' })).toEqual({
    about: undefined,
    refused: '拒絕：已經在 12 號座位上了。',
  });
  expect(outcomeOf(read, currency, { act: 'start', outcome: 'SEAT_STATE', about: '{"state":"in-u' }).about).toBe(
    '{"state":"in-u',
  );
  expect(outcomeOf(read, currency, { act: 'mend', outcome: 'done', about: '1' })).toEqual({
    about: '1',
    refused: undefined,
  });
});

// Goal: who was acted on is read without English. Method: each way in which the hub writes it (`draft.about`).
test.each(Object.entries(t))('what an act was about is told in words, %s', (_, read) => {
  const told = (act: string, about: string) => outcomeOf(read, currency, { act, outcome: 'done', about }).about ?? '';
  const abouts = [
    'seat 12',
    'seat 3 to 4',
    'seat 3 with 4',
    'seat 7, 15 min',
    'seat 7, 2500000000000000000 wei',
    '3 seats',
  ];
  const more = [
    'file with 20 seats',
    '5 devices',
    'all seats',
    'seats 1 2 3',
    'receipt 8',
    'code of 100',
    'batch 春節',
  ];
  expect(
    [...abouts, ...more, 'member 7 阿美'].map((about) => told('move', about)).filter((text) => latin.test(text)),
  ).toEqual([]);
  expect(told('staff', '阿美 cashier')).toBe(`阿美 · ${read('cafe.roles.cashier')}`);
  expect(told('staff', '0x12 out')).toContain(read('audit.about.out'));
  expect(told('seats.enrol', 'something newer')).toBe('something newer');
});

// Goal: neither desk nor customer reads 'money' or 'node lost' under a seat. Method: what the hub writes, and what a person wrote.
test.each(Object.entries(t))('why a seat stands as it does is told in words, %s', (_, read) => {
  const ends = ['money', 'package', 'curfew', 'desk'];
  const said = [
    ...ends.map((end) => reasonWords(read, end, true)),
    ...Object.values(hubReasons).map((why) => reasonWords(read, why, false)),
  ];
  expect(said.filter((text) => latin.test(text))).toEqual([]);
  expect(reasonWords(read, 'money', false)).toBe('money');
});

// Goal: whoever must correct a field finds it on the page. Method: each field as the hub names it.
test.each(Object.entries(t))('a refusal names its field in the words of the page, %s', (_, read) => {
  const named = (field: string) => problemWhat(read, { code: 'SETTINGS_BAD', facts: { field } });
  const fields = [...Object.keys(CafeSettingsShape.properties), 'zone', 'group', 'ageBand', 'denominations'];
  expect(fields.map(named).filter((text) => latin.test(text))).toEqual([]);
  expect(named('packages/1/rule')).toContain(`${read('settings.fields.packages')} · 2`);
  expect(named('zones: seat 11')).toContain(
    `${read('settings.fields.zones')} · ${read('cafe.seat.title', { seat: '11' })}`,
  );
  expect(named('holidays: 2026-02-30')).toContain('2026-02-30');
  expect(named('something.newer')).toContain('something.newer');
});

test('what differs from what was shown is named', () => {
  const open = ['node', 'quote', 'consent', 'key', 'rate', 'baseShare', 'burnPolicy', 'gpuTier', 'maxAmount', 'lease'];
  for (const field of open)
    expect(problemWhat(t['zh-Hant'], { code: 'TERMS_CHANGED', facts: { field } })).not.toMatch(latin);
});

// test/unit/web/pages/words.test.ts - three languages, complete: the same keys, the same facts in braces, words for every
// refusal, no English left in Chinese and no traditional glyph in simplified text.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { en } from '../../../../clients/web/src/i18n/en/index.ts';
import { languageFor } from '../../../../clients/web/src/i18n/index.ts';
import { zhHans } from '../../../../clients/web/src/i18n/zh-hans/index.ts';
import { zhHant } from '../../../../clients/web/src/i18n/zh-hant/index.ts';
import { localCodes } from '../../../../clients/web/src/player/problem.ts';
import { knownCode, problemPlans } from '../../../../clients/web/src/ui/problem-words.ts';
import { errorCodes } from '../../../../src/protocol/error-codes.ts';
import { badCauses, endReasons } from '../../../../src/protocol/shapes.ts';

const PAGES = join(import.meta.dirname, '../../../../clients/web/src/pages/cafe');

type Tree = { readonly [key: string]: string | Tree };

function flat(tree: Tree, before = ''): Map<string, string> {
  const out = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    const path = before === '' ? key : `${before}.${key}`;
    if (typeof value === 'string') out.set(path, value);
    else for (const [inner, text] of flat(value, path)) out.set(inner, text);
  }
  return out;
}

const english = flat(en);
const chinese = { 'zh-Hant': flat(zhHant), 'zh-Hans': flat(zhHans) };
/** Chinese has one plural form. */
const wanted = [...english.keys()].filter((key) => !key.endsWith('_one')).toSorted();
const facts = (text: string): string[] =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '').toSorted();

test.each(Object.entries(chinese))('%s has every key, and none besides', (_, words) => {
  expect([...words.keys()].toSorted()).toEqual(wanted);
});

test.each(Object.entries(chinese))('%s tells the same facts in every sentence', (_, words) => {
  const different = wanted.filter((key) => {
    const [a, b] = [facts(english.get(key) ?? ''), facts(words.get(key) ?? '')];
    return JSON.stringify(a) !== JSON.stringify(b);
  });
  expect(different).toEqual([]);
});

/** Names, units and abbreviations that are the same in every language. */
const SAME =
  /\{\{\w+\}\}|\.\/nearcade [a-z]+|systemctl (?:start|stop|reload) nearcade-node|systemctl daemon-reload|install-service|bubblewrap|Ubuntu|Windows|kernel\.\w+|timedatectl set-ntp true|--[a-z-]+|\/dev\/\w+|uinput|Nearcade|DBC|GPU|HTTPS|https?:\/\/|localhost|WebRTC|H\.264|VP8|Chrome|Edge|Firefox|Safari|JSON|API|Apache-2\.0|Linux|Node|NVIDIA|Ctrl-C|Esc|Enter|Shift|UDP|TCP|EIP-6963|CSV|UTC|wei|\/kiosk|NACK|PLI|FIR|Mbit\/s|MB|ms|\b[ABXY]\b/g;

test.each(Object.entries(chinese))('%s has no English left', (_, words) => {
  const left = [...words]
    .filter(([, text]) => /[A-Za-z]{2,}/.test(text.replace(SAME, '')))
    .map(([key, text]) => `${key}: ${text}`);
  expect(left).toEqual([]);
});

test('a machine that rests is started again as it was: both ways are named, or it would come back as another one', () => {
  for (const words of [english, ...Object.values(chinese)]) {
    for (const key of ['node.steps.missing.offline', 'node.steps.missing.draining']) {
      expect(words.get(key)).toContain('systemctl start nearcade-node');
      expect(words.get(key)).toContain('./nearcade node --hub {{hub}}');
    }
  }
});

test('the Chinese texts are written apart: hardly a sentence is the same', () => {
  const same = wanted.filter((key) => {
    const text = chinese['zh-Hant'].get(key) ?? '';
    return text === chinese['zh-Hans'].get(key) && [...text.replace(SAME, '')].filter((c) => c > '\u2e80').length > 8;
  });
  expect(same.length).toBeLessThanOrEqual(wanted.length / 100);
});

// Goal: no glyph of one script in the other's text. Method: the pairs that these texts use.
const HANT = '顯開玩線測帳號碼連線畫質選擇鍵盤滑鼠設錢額時間費節點機軟體網路匯權進階遊戲聲復離還這個們來樣對說請過進';
const HANS = '显开玩线测账号码连线画质选择键盘滑鼠设钱额时间费节点机软体网路汇权进阶游戏声复离还这个们来样对说请过进';
test('each script keeps to its own glyphs', () => {
  const only = (a: string, b: string): string[] => [...a].filter((glyph) => !b.includes(glyph));
  const [traditional, simplified] = [only(HANT, HANS), only(HANS, HANT)];
  const has = (words: Map<string, string>, glyphs: string[]): string[] =>
    [...words]
      .filter(([, text]) => glyphs.some((glyph) => text.includes(glyph)))
      .map(([key, text]) => `${key}: ${text}`);
  expect(has(chinese['zh-Hans'], traditional)).toEqual([]);
  expect(has(chinese['zh-Hant'], simplified)).toEqual([]);
});

test('every refusal of the protocol and of the page has words and advice', () => {
  const codes = [...Object.keys(errorCodes), ...localCodes].toSorted();
  expect(Object.keys(problemPlans).toSorted()).toEqual(codes);
  for (const words of [en, zhHant, zhHans]) {
    const { what, did, can } = words.problems;
    expect(Object.keys(what).toSorted()).toEqual([...codes, 'UNKNOWN'].toSorted());
    for (const plan of Object.values(problemPlans)) expect([did[plan.did], can[plan.can]]).not.toContain(undefined);
  }
  expect(knownCode('SOMETHING_NEWER')).toBe(false);
});

// Goal: the hint on the floor names every key. Method: the letters that the panel of a seat listens to, from its text.
test('the hint of a seat’s keys names each of its letters', () => {
  const code = ['seat-panel', 'seat-forms'].map((name) => readFileSync(join(PAGES, `${name}.tsx`), 'utf8')).join('');
  const letters = [...code.matchAll(/(?:letter|data-first)="(\w)"/g)].map(([, letter]) => letter?.toUpperCase());
  expect(letters.length).toBeGreaterThan(4);
  for (const { desk } of [en, zhHant, zhHans]) {
    expect([...desk.keys.matchAll(/\b[A-Z](?= )/g)].map(([key]) => key).toSorted()).toEqual(
      [...new Set(letters)].toSorted(),
    );
  }
});

test('every end and every cause of a free second has words', () => {
  expect(Object.keys(en.ended.reasons).toSorted()).toEqual([...endReasons].toSorted());
  expect(Object.keys(en.ended.causes).toSorted()).toEqual([...badCauses].toSorted());
});

test('a visitor gets the language they read', () => {
  expect(languageFor(['zh-TW', 'en'])).toBe('zh-Hant');
  expect(languageFor(['zh-Hant-HK'])).toBe('zh-Hant');
  expect(languageFor(['zh-CN'])).toBe('zh-Hans');
  expect(languageFor(['zh'])).toBe('zh-Hans');
  expect(languageFor(['fr-FR', 'zh-HK'])).toBe('zh-Hant');
  expect(languageFor(['en-GB'])).toBe('en');
  expect(languageFor(['fr-FR'])).toBe('en');
});

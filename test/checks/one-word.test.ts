// test/checks/one-word.test.ts - one thing has one word in a language: who reads 'PIN' on one page and '密碼' on the next looks for a
// second thing. Left: the word; right: what must not stand for it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { zhHans } from '../../clients/web/src/i18n/zh-hans/index.ts';
import { zhHant } from '../../clients/web/src/i18n/zh-hant/index.ts';

/** `in`: the parts in which the other word means this thing; absent: everywhere. */
type Word = { readonly say: string; readonly not: RegExp; readonly in?: readonly string[] };

const CAFE = ['audit', 'back', 'cafe', 'cards', 'cloud', 'desk', 'enrol', 'people', 'settings', 'team'];
const HANT: readonly Word[] = [
  { say: '你', not: /您/ },
  { say: '密碼', not: /PIN/ },
  { say: '散客', not: /一般|普通/, in: CAFE },
  { say: '序號', not: /代碼|序列|兌換碼/ },
  { say: '錯誤碼', not: /代碼/ },
  { say: '帳戶', not: /帳號/ },
  { say: '帳本', not: /帳簿/ },
  { say: '原因', not: /理由/ },
  { say: '收據', not: /小票|單據/ },
  { say: '方案', not: /套餐/ },
  { say: '櫃檯', not: /櫃台/ },
  { say: '店主', not: /老闆|老板/ },
  { say: '座位', not: /機位/ },
  { say: '錢包地址', not: /錢包位址/ },
  { say: '「', not: /[“”]/ },
];
const HANS: readonly Word[] = [
  { say: '你', not: /您/ },
  { say: '密码', not: /PIN/ },
  { say: '散客', not: /一般|普通/, in: CAFE },
  { say: '序列码', not: /序号|代码|兑换码/ },
  { say: '错误码', not: /代码/ },
  { say: '账户', not: /账号/ },
  { say: '账本', not: /账簿/ },
  { say: '原因', not: /理由/ },
  { say: '收据', not: /小票|单据/ },
  { say: '套餐', not: /方案/ },
  { say: '收银台', not: /柜台|前台|柜檯/ },
  { say: '老板', not: /店主/ },
  { say: '机位', not: /座位/ },
  { say: '充值', not: /储值/ },
  { say: '客人', not: /顾客/ },
  { say: '连接', not: /连线/ },
  { say: '“', not: /[「」]/ },
];

/** Names that are the same in every language. */
const SAME = /: (?:nearcade|https:\/\/|DBC|DBC\/h|fps|seat\.sh)$/;

// Goal: no page says a word that no translator sees. Method: text between tags, and what a reader of the screen hears.
test('a page takes its words from the language files', () => {
  const root = join(import.meta.dirname, '../../clients/web/src');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.tsx'));
  const literals = files.flatMap((path) => {
    const code = readFileSync(join(root, path), 'utf8').replaceAll(/\{[^{}]*\}/g, '');
    const found = [
      ...code.matchAll(/<[a-z][\w.]*[^<>]*>\s*([A-Za-z]{2,}[^<>{}=;]*)</g),
      ...code.matchAll(/(?:label|placeholder|title|alt)="([^"]*[A-Za-z]{3,}[^"]*)"/g),
    ];
    return found.map(([, text]) => `${path}: ${text?.trim()}`);
  });
  expect(literals.filter((one) => !SAME.test(one))).toEqual([]);
  expect(files.length).toBeGreaterThan(50);
});

type Tree = { readonly [key: string]: string | Tree };
const flat = (tree: Tree, before = ''): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[`${before}${key}`, value]] : flat(value, `${before}${key}.`),
  );

test.each([
  ['zh-Hant', zhHant, HANT],
  ['zh-Hans', zhHans, HANS],
] as const)('%s has one word for one thing', (_, words, glossary) => {
  const texts = flat(words);
  const mixed = glossary.flatMap(({ say, not, in: parts }) =>
    texts
      .filter(([key, text]) => not.test(text) && (parts?.includes(key.split('.')[0] ?? '') ?? true))
      .map(([key, text]) => `${key}: ${text} (say ${say})`),
  );
  expect(mixed).toEqual([]);
  expect(glossary.filter(({ say }) => !texts.some(([, text]) => text.includes(say)))).toEqual([]); // Nobody says it: no rule.
});

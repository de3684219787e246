// test/unit/web/ui-format.test.ts - numbers and times as people read them, in each language.
import i18next from 'i18next';
import { beforeAll, expect, test } from 'vitest';
import { span } from '../../../clients/web/src/ui/format.ts';

beforeAll(() => i18next.init({ lng: 'en' }));

test('a span keeps its two units apart', async () => {
  const said: string[] = [];
  for (const language of ['en', 'zh-Hant', 'zh-Hans']) {
    await i18next.changeLanguage(language);
    said.push(...[154_000, 3_900_000].map((ms) => span(ms).replaceAll('\u00a0', ' ')));
  }
  expect(said).toEqual([
    '2 min 34 sec',
    '1 hr 5 min',
    '2 分鐘 34 秒',
    '1 小時 5 分鐘',
    '2 分钟 34 秒',
    '1 小时 5 分钟',
  ]);
});

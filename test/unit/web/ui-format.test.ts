// test/unit/web/ui-format.test.ts - numbers and times as people read them, in each language.
import i18next from 'i18next';
import { beforeAll, expect, test } from 'vitest';
import { clock, clockToSecond, dayAndTime, showTimesOf, span } from '../../../clients/web/src/ui/format.ts';

beforeAll(() => i18next.init({ lng: 'en' }));

// Goal: a desk reads the café's own clock, whatever its PC is set to.
test('times are those of the place that is shown, and of this browser again afterwards', async () => {
  await i18next.changeLanguage('en');
  const at = Date.UTC(2026, 2, 2, 16, 30, 5);
  const here = clock(at);
  const read = (zone: string) => {
    showTimesOf(zone);
    return [clock(at), clockToSecond(at), dayAndTime(at)];
  };
  expect(read('Asia/Taipei')).toEqual(['00:30', '00:30:05', 'Mar 3, 00:30']);
  expect(read('America/New_York')).toEqual(['11:30', '11:30:05', 'Mar 2, 11:30']);
  showTimesOf(undefined);
  expect(clock(at)).toBe(here);
});

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

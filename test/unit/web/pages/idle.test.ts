// test/unit/web/pages/idle.test.ts - when a seat asks whether somebody is there, and what counts as a hand on a gamepad.
import { expect, test } from 'vitest';
import { padsText, presenceAfter } from '../../../../clients/web/src/pages/kiosk/idle.ts';

test('a seat asks after the minutes of its site, counts down, and then nobody is there', () => {
  const rule = { minutes: 5, graceSeconds: 30 };
  const after = (seconds: number) => presenceAfter(seconds * 1_000, rule);
  expect([after(0), after(299.9)]).toEqual([{ kind: 'here' }, { kind: 'here' }]);
  expect([after(300), after(300.5), after(329.9)]).toEqual([
    { kind: 'asking', leftS: 30 },
    { kind: 'asking', leftS: 30 },
    { kind: 'asking', leftS: 1 },
  ]);
  expect([after(330), after(3_600)]).toEqual([{ kind: 'gone' }, { kind: 'gone' }]);
});

test('a button or a stick that is moved is a hand; a stick that trembles is none', () => {
  const pad = (pressed: boolean, ...axes: number[]) => [null, { buttons: [{ pressed }], axes }];
  const still = padsText(pad(false, 0.01, -0.02));
  expect(padsText(pad(false, -0.2, 0.1))).toBe(still);
  expect(padsText(pad(true, 0.01, -0.02))).not.toBe(still);
  expect(padsText(pad(false, 0.9, -0.02))).not.toBe(still);
  expect(padsText([null, null])).toBe('');
});

// test/unit/web/pages/warning.test.ts - a customer is told at ten, five and one minute, and left alone between.
import { expect, test } from 'vitest';
import { warningFor } from '../../../../clients/web/src/pages/kiosk/warning.ts';

test('each warning begins at its minute; the last one stays', () => {
  const at = (minutes: number, seconds = 0) => warningFor((minutes * 60 + seconds) * 1_000);
  expect([at(10, 1), at(10), at(9, 46), at(9, 45)]).toEqual([undefined, 10, 10, undefined]);
  expect([at(5, 1), at(5), at(4, 46), at(4, 45)]).toEqual([undefined, 5, 5, undefined]);
  expect([at(1, 1), at(1), at(0, 1), at(0)]).toEqual([undefined, 1, 1, undefined]);
});

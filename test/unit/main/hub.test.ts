// Goal: a hub that cannot be leaves nothing behind. Method: settings that contradict each other, and the data folder after it.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runHub } from '../../../src/main/hub.ts';
import { silentLog } from '../../../src/observe/log.ts';

test.each([
  [{ smtp: 'smtp://mail.example' }, '--smtp and --smtp-from belong together'],
  [{ allowPeer: ['10.0.0.0/33'] }, "--allow-peer: '10.0.0.0/33' is not a range; write ADDRESS/BITS"],
])('%o is refused before a database is started', async (values, said) => {
  const data = join(mkdtempSync(join(tmpdir(), 'nearcade-hub-')), 'data');
  await expect(runHub({ ...values, data } as never, silentLog)).rejects.toThrow(said);
  expect(existsSync(data)).toBe(false);
  rmSync(join(data, '..'), { recursive: true });
});

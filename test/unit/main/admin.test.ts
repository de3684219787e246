// test/unit/main/admin.test.ts - the acts of those who run a hub, by the command line: asked for a reason before anything is opened.
import { expect, test } from 'vitest';
import { runAdmin } from '../../../src/main/admin.ts';
import { silentLog } from '../../../src/observe/log.ts';

const none = { databaseUrl: undefined, key: undefined, hours: undefined, days: undefined, currency: undefined };

test.each([undefined, '', '錯', ' \n'])('an act without a reason is not begun: %j', async (reason) => {
  const values = { ...none, data: '/nowhere', reason, chainRpc: undefined };
  await expect(runAdmin(values, ['pause'], silentLog)).rejects.toThrow('say why, in 2 characters at least');
});

// clients/web/src/i18n/en/index.ts - English, put together.
import { account } from './account.ts';
import { admin } from './admin.ts';
import { cafe } from './cafe.ts';
import { desk } from './desk.ts';
import { economics } from './economics.ts';
import { ended } from './ended.ts';
import { landing } from './landing.ts';
import { node } from './node.ts';
import { play } from './play.ts';
import { problems } from './problems.ts';
import { shell } from './shell.ts';
import { stream } from './stream.ts';
import { test } from './test.ts';
import { verify } from './verify.ts';

/** All English words of the page. */
export const en = {
  account,
  admin,
  cafe,
  desk,
  economics,
  ended,
  landing,
  node,
  play,
  problems,
  shell,
  stream,
  test,
  verify,
};

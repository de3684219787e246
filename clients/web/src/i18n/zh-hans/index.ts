// clients/web/src/i18n/zh-hans/index.ts - 简体中文，合在一起。
import type { Words } from '../words.ts';
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

/** 全部的字。 */
export const zhHans: Words = {
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

// clients/web/src/i18n/zh-hant/index.ts - 繁體中文，合在一起。
import type { Words } from '../words.ts';
import { account } from './account.ts';
import { admin } from './admin.ts';
import { back } from './back.ts';
import { bench } from './bench.ts';
import { cafe } from './cafe.ts';
import { cards } from './cards.ts';
import { cloud } from './cloud.ts';
import { console } from './console.ts';
import { desk } from './desk.ts';
import { economics } from './economics.ts';
import { ended } from './ended.ts';
import { enrol } from './enrol.ts';
import { landing } from './landing.ts';
import { node } from './node.ts';
import { people } from './people.ts';
import { play } from './play.ts';
import { problems } from './problems.ts';
import { rent } from './rent.ts';
import { settings } from './settings.ts';
import { shell } from './shell.ts';
import { stream } from './stream.ts';
import { audit, team } from './team.ts';
import { test } from './test.ts';
import { verify } from './verify.ts';

/** 全部的字。 */
export const zhHant: Words = {
  account,
  admin,
  audit,
  back,
  bench,
  cafe,
  cards,
  console,
  desk,
  economics,
  ended,
  enrol,
  landing,
  node,
  people,
  play,
  problems,
  cloud,
  rent,
  settings,
  shell,
  stream,
  team,
  test,
  verify,
};

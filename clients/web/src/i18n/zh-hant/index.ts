// clients/web/src/i18n/zh-hant/index.ts - 繁體中文，合在一起。
import type { Words } from '../words.ts';
import { shell } from './shell.ts';

/** 全部的字。 */
export const zhHant: Words = { shell };

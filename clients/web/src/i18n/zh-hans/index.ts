// clients/web/src/i18n/zh-hans/index.ts - 简体中文，合在一起。
import type { Words } from '../words.ts';
import { shell } from './shell.ts';

/** 全部的字。 */
export const zhHans: Words = { shell };

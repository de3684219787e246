// clients/web/src/i18n/en/index.ts - English, put together.
import { shell } from './shell.ts';

/** All English words of the page. */
export const en = { shell };

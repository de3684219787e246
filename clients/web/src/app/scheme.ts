// clients/web/src/app/scheme.ts - light or dark: what the visitor chose, or what fits the page (dark for play, the
// system's own for consoles). Pure.

/** What a visitor can choose. */
export const looks = ['auto', 'dark', 'light'] as const;
/** One of them. */
export type Look = (typeof looks)[number];

/** The scheme of a page. */
export function schemeFor(choice: Look, path: string, systemDark: boolean): 'dark' | 'light' {
  if (choice !== 'auto') return choice;
  const console = ['/node', '/account', '/admin', '/verify', '/economics'].some((start) => path.startsWith(start));
  return console && !systemDark ? 'light' : 'dark';
}

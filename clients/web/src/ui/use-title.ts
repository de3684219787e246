// clients/web/src/ui/use-title.ts - the page's name in tab and history.
import { useEffect } from 'react';

/** Names the tab while a page is shown. */
export function useTitle(name: string): void {
  useEffect(() => {
    document.title = name === '' ? 'Nearcade' : `${name} · Nearcade`;
  }, [name]);
}

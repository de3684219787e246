// test/e2e/web/checks.ts - what every page must hold, asked of a real browser: axe finds nothing, nothing overflows, and
// nothing is cut when the words are half as long again.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** WCAG 2.2 A and AA faults of the page as it is now, one line each. */
export async function axeFaults(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(
          of: unknown,
          options: unknown,
        ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
      };
    };
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await axe.run(document, { runOnly: { type: 'tag', values: tags } });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(
        ({ html, failureSummary }) =>
          `${id}: ${html.slice(0, 160)} | ${failureSummary.replaceAll('\n', ' ').slice(0, 200)}`,
      ),
    );
  });
}

/** Elements that reach beyond the page to the right, and text that its own box cuts. */
export function overflows(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const faults: string[] = [];
    const { clientWidth } = document.documentElement;
    if (document.documentElement.scrollWidth > clientWidth + 1)
      faults.push(`page is ${document.documentElement.scrollWidth} wide`);
    for (const element of document.querySelectorAll<HTMLElement>(
      'button, a, h1, h2, h3, p, label, dt, dd, li, td, th, span, small, strong',
    )) {
      const box = element.getBoundingClientRect();
      if (box.width === 0 || element.closest('[aria-hidden="true"], svg') !== null) continue;
      const scrolled = element.closest('section[tabindex="0"]') !== null;
      const name = `${element.tagName} '${element.textContent?.slice(0, 50)}'`;
      if (!scrolled && box.right > clientWidth + 1)
        faults.push(`${name} ends at ${Math.round(box.right)} of ${clientWidth}`);
      const { overflowX, overflowY } = getComputedStyle(element);
      if (overflowX === 'visible' && overflowY === 'visible') continue;
      if (element.scrollWidth > element.clientWidth + 1) faults.push(`${name} is cut`);
    }
    return faults;
  });
}

/** Makes every word of the page at least 40 % longer, as another language would. What is long already stays. */
export async function stretchWords(page: Page): Promise<void> {
  await page.evaluate(() => {
    const kept = globalThis as { stretched?: WeakMap<Node, string> };
    kept.stretched ??= new WeakMap();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const text = node.nodeValue ?? '';
      if (!/\p{L}{2,}/u.test(text) || node.parentElement?.closest('svg, code, script, style, option') !== null)
        continue;
      if (kept.stretched.get(node) === text) continue;
      node.nodeValue = `${text} ${text.trim().slice(0, Math.ceil(text.trim().length * 0.4))}`;
      kept.stretched.set(node, node.nodeValue);
    }
  });
}

/** Things to press that are smaller than 24 CSS px (WCAG 2.2, 2.5.8), links inside a sentence apart. */
export function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, a, input, select, [role="slider"]')]
      .filter((element) => element.offsetParent !== null)
      .map((element) => ({ element, box: (element.closest('label') ?? element).getBoundingClientRect() }))
      .filter(
        ({ element, box }) =>
          box.width > 0 && getComputedStyle(element).position !== 'absolute' && (box.width < 24 || box.height < 24),
      )
      .filter(({ element }) => !(element.tagName === 'A' && getComputedStyle(element).display === 'inline'))
      .map(
        ({ element, box }) =>
          `${element.tagName} '${element.textContent?.slice(0, 30)}' ${Math.round(box.width)}x${Math.round(box.height)}`,
      ),
  );
}

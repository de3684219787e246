// clients/web/src/ui/scroll-table.tsx - a table that scrolls sideways on a narrow screen, also by keyboard.
import type { ReactNode } from 'react';
import classes from './scroll-table.module.css';

/** `head`: column names; marked are the numeric ones, and those that are not printed. `children`: rows. */
export function ScrollTable({
  name,
  head,
  children,
}: {
  name: string;
  head: readonly { readonly name: string; readonly number?: boolean; readonly screen?: boolean }[];
  children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (axe: scrollable-region-focusable).
    <section className={classes.scroll} tabIndex={0} aria-label={name}>
      <table className={classes.table}>
        <thead>
          <tr>
            {head.map((column) => (
              <th
                key={column.name}
                className={column.number ? classes.number : undefined}
                data-screen={column.screen === true ? true : undefined}
              >
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}

/** A cell with a number: lined up on the right. */
export function NumberCell({ children }: { children: ReactNode }) {
  return <td className={classes.number}>{children}</td>;
}

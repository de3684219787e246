// clients/web/src/pages/cafe/csv-link.tsx - a link that saves a table as a file.
import type { AnchorHTMLAttributes } from 'react';
import { Icon } from '../../ui/icons.tsx';
import classes from './cafe.module.css';

/** The link; `word`: what stands on it. */
export function CsvLink({ word = 'CSV', ...link }: AnchorHTMLAttributes<HTMLAnchorElement> & { word?: string }) {
  return (
    <a className={classes.csv} download {...link}>
      <Icon name="download" size={18} />
      {word}
    </a>
  );
}

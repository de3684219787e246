// clients/web/src/app/announcements.tsx - what those who run the site say to everybody, at the head of every page.
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { dayAndTime } from '../ui/format.ts';
import { Icon } from '../ui/icons.tsx';
import classes from './chain-banner.module.css';
import { glanceQuery } from './glance.ts';

/** One line each, the newest first. */
export function Announcements() {
  const { t } = useTranslation();
  const { data: glance } = useQuery(glanceQuery);
  const now = Date.now();
  return glance?.announcements
    .filter(({ untilMs }) => now < untilMs)
    .map(({ id, text, untilMs }) => (
      <p key={id} className={classes.banner} role="status" data-announced={id}>
        <Icon name="info" />
        <span>
          <strong>{text}</strong> {t('admin.announce.until', { time: dayAndTime(untilMs) })}
        </span>
      </p>
    ));
}

// clients/web/src/app/chain-banner.tsx - tells everybody when the chain is slow or gone or the hub's clock wrong, and what that means. Silent
// while it is live or where there is none.
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Icon } from '../ui/icons.tsx';
import classes from './chain-banner.module.css';
import { chainStateQuery } from './chain-state.ts';
import { glanceQuery } from './glance.ts';

/** The banner. */
export function ChainBanner() {
  const { t } = useTranslation();
  const { data: glance } = useQuery(glanceQuery);
  const { data: state } = useQuery(chainStateQuery(glance?.chain === true));
  if (state !== 'degraded' && state !== 'offline' && state !== 'clock') return null;
  return (
    <p className={classes.banner} role="status" data-chain={state}>
      <Icon name="warn" />
      <span>
        <strong>{t(`shell.chain.${state}`)}</strong> {t(`shell.chain.${state}Text`)}
      </span>
    </p>
  );
}

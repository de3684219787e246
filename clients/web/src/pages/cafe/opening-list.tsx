// clients/web/src/pages/cafe/opening-list.tsx - what to look at before the first customer: line, machines, coins, devices, prices.
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { CafeInfo } from '../../../../../src/protocol/cafe-api.ts';
import { configQuery } from '../../app/config.ts';
import { dbc, span } from '../../ui/format.ts';
import { Icon } from '../../ui/icons.tsx';
import panel from '../../ui/panel.module.css';
import classes from './cafe.module.css';
import { money } from './local-money.ts';
import { withoutConsent } from './may-spend.ts';
import { hourHere } from './price-here.ts';
import type { LiveFloor } from './use-floor.ts';

/** The list; what is not well is marked with a sign and a word. */
export function OpeningList({
  info: { settings },
  live: { floor },
  down,
}: {
  info: CafeInfo;
  live: LiveFloor;
  down: boolean;
}) {
  const { t } = useTranslation();
  const { data: config } = useQuery(configQuery);
  const { seats, spend } = floor;
  const paired = seats.filter(({ device }) => device.paired).length;
  const away = seats.filter(({ device }) => device.paired && !device.online).length;
  const nodes = config?.nodes.online ?? 0;
  const runway = spend.runwayMs === undefined ? '' : ` · ${t('cafe.spend.runway', { time: span(spend.runwayMs) })}`;
  const prices = settings.zones.map(({ id, name }) => {
    const hour = hourHere(settings, id, 'guest', floor.nowMs);
    return `${name} ${hour === undefined ? '–' : money(hour, settings.currency)}`;
  });
  const devices = seats.filter(({ device }) => device.key !== undefined).length;
  const unsigned = withoutConsent(seats, floor.nowMs).length;
  const consent = unsigned === 0 ? t('desk.opening.signed') : t('desk.opening.unsigned', { count: unsigned, devices });
  const rows = [
    ['line', !down, t(down ? 'desk.opening.down' : 'desk.opening.up')],
    ['nodes', nodes > 0, t('desk.opening.count', { count: nodes })],
    ['coins', spend.ladder === 'fine', `${dbc(spend.balanceWei, 2)} DBC${runway}`],
    ['devices', away === 0 && paired > 0, t('desk.opening.paired', { paired, seats: seats.length, away })],
    ...(devices === 0 ? [] : [['consent', unsigned === 0, consent] as const]),
    ['prices', !prices.some((price) => price.endsWith('–')), prices.join(' · ')],
  ] as const;
  return (
    <section className={panel.panel} data-opening={rows.every(([, well]) => well)}>
      <h2 className={panel.title}>{t('desk.opening.title')}</h2>
      <dl className={panel.facts}>
        {rows.map(([name, well, value]) => (
          <div key={name} className={classes.fact} data-check={name} data-well={well}>
            <dt>
              <span className={classes.rowState} data-tone={well ? 'near' : 'warn'}>
                <Icon name={well ? 'check' : 'warn'} size={16} />
                <span className={classes.plain}>{t(`desk.opening.${name}`)}</span>
              </span>
            </dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

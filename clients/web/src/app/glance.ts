// clients/web/src/app/glance.ts - the few facts of the hub's config that the front page and the frame show, read by hand:
// the full schemas and their checker weigh 55 KiB, which nobody should load to see a front page.
import { queryOptions } from '@tanstack/react-query';
import { OutageError } from '../../../../src/base/assert.ts';

/** What is shown before anyone plays. */
export type Glance = {
  readonly version: string;
  readonly playMoney: boolean;
  /** This hub settles on a chain. */
  readonly chain: boolean;
  readonly online: number;
  readonly freeSlots: number;
  readonly regions: number;
  readonly microUsdPerDbc: number;
  readonly priceAtMs: number;
  readonly priceSource: string;
  /** What those who run the site say to everybody. */
  readonly announcements: readonly { readonly id: string; readonly text: string; readonly untilMs: number }[];
};

function part(of: unknown, key: string): unknown {
  return typeof of === 'object' && of !== null ? Reflect.get(of, key) : undefined;
}
const count = (value: unknown): number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : 0;
const text = (value: unknown, most = 80): string => (typeof value === 'string' ? value.slice(0, most) : '');

const readAnnouncement = (said: unknown) => ({
  id: text(part(said, 'id')),
  text: text(part(said, 'text'), 500),
  untilMs: count(part(said, 'untilMs')),
});

/** Reads the body of GET /api/config; what is missing or odd is 0 or empty. */
export function readGlance(config: unknown): Glance {
  const [nodes, price] = [part(config, 'nodes'), part(config, 'price')];
  const regions = part(nodes, 'regions');
  const said = part(config, 'announcements');
  return {
    version: text(part(config, 'version')),
    playMoney: part(config, 'playMoney') === true,
    chain: !['', 'off'].includes(text(part(config, 'chainMode'))),
    online: count(part(nodes, 'online')),
    freeSlots: count(part(nodes, 'freeSlots')),
    regions: Array.isArray(regions) ? regions.length : 0,
    microUsdPerDbc: count(part(price, 'microUsdPerDbc')),
    priceAtMs: count(part(price, 'atMs')),
    priceSource: text(part(price, 'source')),
    announcements: Array.isArray(said) ? said.slice(0, 5).map(readAnnouncement) : [],
  };
}

/** Asked again now and then while somebody looks. */
export const glanceQuery = queryOptions({
  queryKey: ['glance'],
  queryFn: async () => {
    const response = await fetch('/api/config');
    if (!response.ok) throw new OutageError(`status ${response.status} from /api/config`);
    return readGlance(await response.json());
  },
  staleTime: 20_000,
  refetchInterval: 30_000,
});

// src/server/http/parts.ts - what the HTTP edge is wired from.
import type { Readable } from 'node:stream';
import type { Desk } from '../../app/admin/desk.ts';
import type { Cafes } from '../../app/cafe/cafes.ts';
import type { Kiosks } from '../../app/cafe/kiosks.ts';
import type { Hub } from '../../app/hub.ts';
import type { LogIns } from '../../app/log-in.ts';
import type { ConvertParts } from '../../app/money/convert.ts';
import type { AlertParts } from '../../app/operator/keep-alerts.ts';
import type { Now } from '../../app/ports.ts';
import type { SaveAccess } from '../../app/save-access.ts';
import type { Clock } from '../../base/clock.ts';
import type { PlayerId } from '../../base/ids.ts';
import type { Result } from '../../base/result.ts';
import type { Log } from '../../observe/log.ts';
import type { HubMetrics } from '../../observe/metrics.ts';
import type { Refusal } from '../../protocol/error-codes.ts';
import type { ChainFacts, PublicConfig } from '../../protocol/http-api.ts';
import type { Door } from '../tls/door.ts';

/** Where saves lie; src/storage has it as files. */
export type SaveShelf = {
  find(
    player: PlayerId,
    game: string,
  ): Promise<
    { readonly kept: { readonly bytes: number; readonly sha256: string }; readonly stream: Readable } | undefined
  >;
  put(access: SaveAccess, body: Readable, declared: string | undefined): Promise<Result<unknown, Refusal>>;
};

/** What pages may see of the chain; absent where none settles. */
export type ChainWindow = {
  facts(now: Now): ChainFacts;
  /** Passes a wallet's call on, on a development chain only. Throws OutageError; an error answer is a value. */
  readonly rpc?: (
    method: string,
    params: readonly unknown[],
  ) => Promise<Result<unknown, { code: number; message: string }>>;
};

/** Everything the routes need. */
export type HttpParts = {
  readonly hub: Hub;
  /** The books, and where admins act. */
  readonly desk: Desk;
  /** Where one currency becomes another. */
  readonly exchange: Pick<ConvertParts, 'conversions' | 'money'>;
  /** Wallets that may act there. */
  readonly admins: ReadonlySet<PlayerId>;
  readonly logIns: LogIns;
  readonly saves: SaveShelf;
  readonly cafes: Cafes;
  readonly kiosks: Kiosks;
  /** Ways to operators, and what their alerts are made of. */
  readonly alerts: AlertParts;
  /** Webhooks that fail at the moment, as `cafe/id` and `operator/wallet`. */
  readonly failingHooks: () => ReadonlySet<string>;
  readonly metrics: HubMetrics;
  readonly clock: Clock;
  readonly log: Log;
  readonly version: string;
  readonly chainMode: PublicConfig['chainMode'];
  readonly chain?: ChainWindow;
  /** Wei of play money for a new account; 0 where coins are real. */
  readonly welcomeWei: bigint;
  /** Address that people open, for the command that adds a node. */
  readonly shownOrigin: () => string;
  /** Browsers reach us over HTTPS, ours or a proxy's: cookies are bound to it. */
  readonly secure: boolean;
  /** Browsers may be told to come over HTTPS alone; never where a device must first fetch our own authority. */
  readonly onlyHttps: boolean;
  /** HTTPS of our own. */
  readonly door?: Door;
  /** Take the player's address from the proxy's X-Forwarded-For. */
  readonly trustProxy: boolean;
  /** True when the store of money answers. */
  readonly storeReady: () => Promise<boolean>;
  /** Folder of the built page; `undefined` serves none. */
  readonly pageFolder: string | undefined;
  /** A bug of ours came to light: the process must end. */
  readonly fatal: (cause: unknown) => void;
};

// src/signaling/own-origins.ts - the addresses this hub answers to. A browser's Origin, the page named in a login text and
// the hub named in a node's greeting must be one of them: an address that is merely claimed in a header proves nothing
// (a page elsewhere can send our visitors here, and a false hub can pass our challenge on to a true node).
import { ipKind, ipText, readIp } from '../base/ip.ts';

/** What the origins follow from. */
export type HubAddress = {
  /** Where it listens; 0.0.0.0 and :: mean every address of the machine. */
  readonly host: string;
  readonly port: number;
  /** Address that browsers use, when a proxy or a name stands before it: an origin. */
  readonly publicUrl?: string | undefined;
  /** The machine's own addresses, loopback among them. */
  readonly machineAddresses: readonly string[];
  /** With HTTPS of its own: the names that its certificate holds besides. */
  readonly tlsNames?: readonly string[] | undefined;
};

function originOf(secure: boolean, host: string, port: number): string {
  const name = host.includes(':') ? `[${host}]` : host.toLowerCase();
  return `${secure ? 'https' : 'http'}://${name}${port === (secure ? 443 : 80) ? '' : `:${port}`}`;
}

/** Every origin of this hub, in the form that browsers send; the first is the one to show to a person. */
export function ownOrigins({ host, port, publicUrl, machineAddresses, tlsNames }: HubAddress): readonly string[] {
  const listen = readIp(host);
  const text = listen === undefined ? host : ipText(listen);
  const everywhere = text === '0.0.0.0' || text === '::';
  const loopback = listen === undefined ? host === 'localhost' : ipKind(listen) === 'loopback';
  const hosts = everywhere ? [...machineAddresses] : [text];
  if (everywhere || loopback) hosts.unshift('127.0.0.1', 'localhost', '[::1]');
  const shown = everywhere || text === 'localhost' ? '127.0.0.1' : text;
  const secure = tlsNames !== undefined;
  const names = [shown, ...hosts, ...(tlsNames ?? [])];
  const origins = names.map((name) => originOf(secure, name.replace(/^\[|\]$/g, ''), port));
  return [...new Set(publicUrl === undefined ? origins : [publicUrl, ...origins])];
}

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
};

const WEB_PORT = 80;

function httpOrigin(host: string, port: number): string {
  const name = host.includes(':') ? `[${host}]` : host.toLowerCase();
  return `http://${name}${port === WEB_PORT ? '' : `:${port}`}`;
}

/** Every origin of this hub, in the form that browsers send; the first is the one to show to a person. */
export function ownOrigins({ host, port, publicUrl, machineAddresses }: HubAddress): readonly string[] {
  const listen = readIp(host);
  const text = listen === undefined ? host : ipText(listen);
  const everywhere = text === '0.0.0.0' || text === '::';
  const loopback = listen === undefined ? host === 'localhost' : ipKind(listen) === 'loopback';
  const hosts = everywhere ? [...machineAddresses] : [text];
  if (everywhere || loopback) hosts.unshift('127.0.0.1', 'localhost', '[::1]');
  const shown = everywhere || text === 'localhost' ? '127.0.0.1' : text;
  const origins = [shown, ...hosts].map((name) => httpOrigin(name.replace(/^\[|\]$/g, ''), port));
  return [...new Set(publicUrl === undefined ? origins : [publicUrl, ...origins])];
}

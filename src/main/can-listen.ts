// src/main/can-listen.ts - whether an address can be listened on right now, before a role is started that would fail on it.
import { createSocket } from 'node:dgram';
import { createServer, isIPv6 } from 'node:net';
import type { HostPort } from '../config/setting.ts';

type Bound = { close(done: () => void): unknown };

function tcp({ host, port }: HostPort): Promise<Bound> {
  return new Promise((done, fail) => {
    const server = createServer().once('error', fail);
    server.listen({ host, port, exclusive: true }, () => done(server));
  });
}

function udp({ host, port }: HostPort): Promise<Bound> {
  return new Promise((done, fail) => {
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4').once('error', fail);
    socket.bind({ address: host, port, exclusive: true }, () => done(socket));
  });
}

/**
 * Tries to listen, and stops again.
 * @param both a relay needs the port for UDP as well as for TCP
 * @returns undefined when it can be had, else the system's code, as a rule EADDRINUSE or EADDRNOTAVAIL
 */
export async function listenFault(at: HostPort, both: boolean): Promise<string | undefined> {
  for (const open of both ? [tcp, udp] : [tcp]) {
    try {
      const bound = await open(at);
      await new Promise<void>((done) => bound.close(done));
    } catch (cause) {
      return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    }
  }
  return undefined;
}

// src/main/relay-setup.ts - from a relay's settings and the machine's addresses to what its workers are started with.
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { OutageError, present } from '../base/assert.ts';
import type { Values } from '../config/load.ts';
import type { relaySettings } from '../config/settings.ts';
import { formatIp, type IpBytes, parseIp } from '../relay/address.ts';
import { parseCidr } from '../relay/cidr.ts';
import type { RelayAddress } from '../relay/turn/relay-state.ts';
import type { Certificate } from '../server/tcp/stream-listener.ts';
import type { FleetSetup } from '../server/udp/relay-fleet.ts';

/** Settings of `./nearcade relay`. */
export type RelayValues = Values<typeof relaySettings>;

const MBIT_BYTES = 125_000;
const CONNECTIONS_PER_ALLOCATION = 1.25; // A client that moves to another allocation has two for a moment.

/** Every address of this machine that needs no zone; link-local ones are nobody's way to a relay. */
export function machineAddresses(): IpBytes[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .flatMap(({ address }) => parseIp(address) ?? [])
    .filter((ip) => !(ip.length === 16 && ip[0] === 0xfe && ((ip[1] ?? 0) & 0xc0) === 0x80));
}

const isLoopback = (ip: IpBytes): boolean => (ip.length === 4 ? ip[0] === 127 : formatIp(ip) === '::1');
const isWildcard = (ip: IpBytes): boolean => ip.every((byte) => byte === 0);

/** The addresses that a listen address means: itself, or all of the machine's for 0.0.0.0 (IPv4) and :: (both families). */
export function listenAddresses(listen: IpBytes, machine: readonly IpBytes[]): readonly IpBytes[] {
  if (!isWildcard(listen)) return [listen];
  return machine.filter((ip) => listen.length === 16 || ip.length === 4);
}

/** Addresses that allocations speak from: as set, else the first listening one of each family, loopback last. */
export function relayAddresses(set: readonly string[] | undefined, listening: readonly IpBytes[]): RelayAddress[] {
  if (set !== undefined) {
    return set.map((part) => {
      const [told, bind = told] = part.split('/').map((text) => parseIp(text));
      const known = present(told, 'the setting was checked');
      return { told: known, bind: present(bind, 'the setting was checked') };
    });
  }
  const outside = [...listening].sort((a, b) => Number(isLoopback(a)) - Number(isLoopback(b)));
  return [4, 16]
    .flatMap((length) => outside.find((ip) => ip.length === length) ?? [])
    .filter((ip) => !isLoopback(ip) || listening.every(isLoopback))
    .map((ip) => ({ told: ip, bind: ip }));
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new OutageError(`cannot read ${path}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

/** Reads certificate and key. @throws OutageError naming the file that cannot be read or is missing its other half */
export function readCertificate({ tlsCert, tlsKey }: RelayValues): Certificate | undefined {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined) throw new OutageError('--tls-cert and --tls-key come together');
  return { cert: readText(tlsCert), key: readText(tlsKey) };
}

/**
 * The live secrets, newest first, as set or as they stand in the file now.
 * @throws OutageError when there is none, too many, or one too short
 */
export function readSecrets({ secret, secretFile }: RelayValues): readonly string[] {
  if ((secret === undefined) === (secretFile === undefined)) {
    throw new OutageError('--secret or --secret-file is needed, and not both');
  }
  const secrets =
    secretFile === undefined
      ? secret
      : readText(secretFile)
          .split('\n')
          .map((line) => line.trim());
  const found = (secrets ?? []).filter((text) => text !== '');
  if (found.length < 1 || found.length > 2)
    throw new OutageError('--secret takes at most two secrets, and one at least');
  if (found.some((text) => text.length < 16 || text.length > 200)) {
    throw new OutageError('--secret-file: a secret has 16..200 characters');
  }
  return found;
}

/**
 * Settles everything a relay is started with.
 * @param listenIp address that `--listen` names, already looked up when it was a name
 * @throws OutageError when the settings contradict each other or the machine
 */
export function fleetSetup(values: RelayValues, listenIp: IpBytes): FleetSetup {
  const set = <T>(value: T | undefined, key: string): T => {
    if (value === undefined) throw new OutageError(`--${key} is needed`);
    return value;
  };
  const machine = machineAddresses();
  const listening = listenAddresses(listenIp, machine);
  const addresses = relayAddresses(values.relayIp, listening);
  if (addresses.length === 0) throw new OutageError('--relay-ip is needed: the machine has no address but loopback');
  const secrets = readSecrets(values);
  const relayPorts = set(values.relayPorts, 'relay-ports');
  const workers = values.workers ?? 1;
  const total = relayPorts.last - relayPorts.first + 1;
  if (total < 2 * workers) throw new OutageError('--relay-ports has fewer than two ports for each worker');
  const { port } = set(values.listen, 'listen');
  const services = Array.from({ length: workers }, (_, i) => port + i);
  return {
    workers,
    backend: values.backend ?? 'auto',
    listen: listening.map((ip) => ({ ip, port })),
    config: {
      realm: values.realm ?? 'nearcade',
      secrets,
      scopeRequired: values.hub !== undefined,
      relayAddresses: addresses,
      relayPorts,
      quota: { perUser: values.userQuota ?? 16, perAddress: values.addressQuota ?? 1_024, total },
      bytesPerS: (values.allocationMbps ?? 100) * MBIT_BYTES,
      dontFragment: false, // Each worker knows better once its backend is open.
    },
    filter: {
      allow: (values.allowPeer ?? []).flatMap((text) => parseCidr(text) ?? []),
      ownAddresses: [...machine, ...addresses.map(({ told }) => told)],
      relayPorts,
      servicePorts: values.metrics === undefined ? services : [...services, values.metrics.port],
    },
    certificate: readCertificate(values),
    connectionsMax: Math.ceil((total / workers) * CONNECTIONS_PER_ALLOCATION),
    connectionsPerAddress: values.addressQuota ?? 1_024,
  };
}

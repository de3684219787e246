// test/planted/relay-faults.ts - mistakes that have made other relays open doors, or would make ours one, each with the test
// that must find it (docs/THREATS.md, "Relay").
import type { PlantedFault } from './plant.ts';

const attacks = 'test/unit/relay/attacks.test.ts';
const authenticate = 'test/unit/relay/turn/authenticate.test.ts';
const relaying = 'test/unit/relay/turn/relaying.test.ts';
const fault = (patch: string, file: string, name: string): PlantedFault => ({
  patch: `${patch}.patch`,
  suite: 'unit',
  test: { file, name },
});
const STOLEN = 'a stolen credential reaches its own node and nothing else';
const QUOTAS = '10. quotas: per user and per address 486, in total 508; a place that is given back counts again';
const EXPIRES = 'a permission lasts five minutes, a channel ten; data refreshes neither';

/** Faults of the relay; each runs in `relay.test.ts`. */
export const relayFaults: readonly PlantedFault[] = [
  fault('relay-channel-to-forbidden-peer', attacks, '169.254.169.254'),
  fault(
    'relay-6to4-let-through',
    'test/unit/relay/peer-filter.test.ts',
    '2002:808:808::1 is denied, with and without a scope that names it',
  ),
  fault(
    'relay-last-peer-address-counts',
    relaying,
    'of two peer addresses the first counts, for channels and for Send',
  ),
  fault('relay-scope-ignored', attacks, STOLEN),
  fault('relay-send-to-any-port', attacks, STOLEN),
  fault(
    'relay-send-without-permission',
    relaying,
    'without a permission nothing comes in or goes out; a permission is for an address, whatever the port',
  ),
  fault('relay-expired-permission-lets-in', relaying, EXPIRES),
  fault('relay-expired-channel-sends', relaying, EXPIRES),
  fault(
    'relay-connected-socket-left-open',
    relaying,
    'a channel has a socket towards its peer, two at most, and they go with their channels and the allocation',
  ),
  fault(
    'relay-unsigned-attributes-count',
    attacks,
    'attributes behind the signature are not honoured: lifetime, peer, second integrity',
  ),
  fault(
    'relay-nonce-for-anybody',
    authenticate,
    'a nonce counts for an hour, for its own address and port, on any relay of the fleet',
  ),
  fault(
    'relay-expired-credential-refreshes',
    authenticate,
    'an expired credential refreshes nothing; the hub can let a rental go on without a new one',
  ),
  fault(
    'relay-allocation-outlives-credential',
    attacks,
    'credentials end: expired ones allocate and refresh nothing, and their allocation ends with them',
  ),
  fault('relay-quota-not-counted', 'test/unit/relay/turn/allocate.test.ts', QUOTAS),
  fault('relay-quota-not-given-back', 'test/unit/relay/turn/allocate.test.ts', QUOTAS),
];

// src/relay/turn/allocate.ts - Allocate. RFC 8656 section 7.2, its numbered steps in order (step 1, authentication, was
// done before). Everything is checked before anything is taken; what was taken goes back when a later step fails.
import { assert } from '../../base/assert.ts';
import { sameBytes } from '../../base/bytes.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { formatIp } from '../address.ts';
import { keepRecord } from '../endpoint-map.ts';
import { counterIndex } from '../shard-stats.ts';
import { additionalFamilyValue, decodeAdditionalFamily } from '../stun/attributes/additional-address-family.ts';
import { encodeAddressErrorCode } from '../stun/attributes/address-error-code.ts';
import { decodeEvenPort } from '../stun/attributes/even-port.ts';
import { decodeLifetime, encodeLifetime } from '../stun/attributes/lifetime.ts';
import { decodeAddressFamily, type Family } from '../stun/attributes/requested-address-family.ts';
import { decodeRequestedTransport, PROTOCOL_UDP } from '../stun/attributes/requested-transport.ts';
import { decodeReservationToken } from '../stun/attributes/reservation-token.ts';
import { addXorMappedAddress } from '../stun/attributes/xor-mapped-address.ts';
import { addXorRelayedAddress } from '../stun/attributes/xor-relayed-address.ts';
import { firstValue, type StunMessage } from '../stun/message.ts';
import { attributeTypes, type ErrorNumber } from '../stun/registry.ts';
import type { Allocation, Relayed } from './allocation.ts';
import { grantedLifetimeS } from './lifetimes.ts';
import { openRelayed, type PortWish, type RelayedSocket } from './open-relayed.ts';
import type { RelayState } from './relay-state.ts';
import type { AllocateHandler, FillReply, TurnError, TurnRequest } from './request.ts';

/** What an Allocate asks for, once its attributes make sense. */
type Wish = {
  readonly families: readonly Family[];
  readonly port: PortWish;
  /** A token names a port, and with it the family. */
  readonly token: string | undefined;
  readonly lifetimeS: number | undefined;
};

/** Makes an allocation, or repeats the answer to the request that made it. */
export const allocate: AllocateHandler = (request, existing, state) => {
  // 2. The 5-tuple is in use: the same request again gets the same answer, another one is refused.
  if (existing !== undefined) {
    const again = sameBytes(existing.transactionId, request.message.transactionId);
    return again ? ok(describe(existing, state)) : err({ code: 437 });
  }
  const wish = readWish(request.message, state);
  if (!wish.ok) return wish;
  if (state.draining) return err({ code: 508 });
  return makeAllocation(request, wish.value, state);
};

function readWish(message: StunMessage, state: RelayState): Result<Wish, TurnError> {
  // 3. REQUESTED-TRANSPORT: there, well formed, and UDP.
  const transportValue = firstValue(message, attributeTypes.REQUESTED_TRANSPORT);
  const transport = transportValue === undefined ? undefined : decodeRequestedTransport(transportValue);
  if (transport === undefined || !transport.ok) return err({ code: 400 });
  if (transport.value !== PROTOCOL_UDP) return err({ code: 442 });
  // 4. DONT-FRAGMENT, where the sockets cannot: as an unknown attribute.
  if (firstValue(message, attributeTypes.DONT_FRAGMENT) !== undefined && !state.config.dontFragment) {
    return err({ code: 420, unknown: [attributeTypes.DONT_FRAGMENT] });
  }
  const tokenValue = firstValue(message, attributeTypes.RESERVATION_TOKEN);
  const evenValue = firstValue(message, attributeTypes.EVEN_PORT);
  const familyValue = firstValue(message, attributeTypes.REQUESTED_ADDRESS_FAMILY);
  const additionalValue = additionalFamilyValue(message);
  // 5. RESERVATION-TOKEN stands alone, and names a port that is still kept.
  const token = tokenValue === undefined ? undefined : decodeReservationToken(tokenValue);
  if (token !== undefined && (evenValue ?? familyValue ?? additionalValue) !== undefined) return err({ code: 400 });
  if (token !== undefined && !token.ok) return err({ code: 400 });
  const reserved = token === undefined ? undefined : state.reservations.get(token.value);
  if (token !== undefined && (reserved === undefined || reserved.expiresMs <= state.nowMs)) return err({ code: 508 });
  // 6. One family, or both, but not said twice.
  if (familyValue !== undefined && additionalValue !== undefined) return err({ code: 400 });
  // 7. A family that we have; IPv4 when none is named.
  const family = familyValue === undefined ? undefined : decodeAddressFamily(familyValue);
  if (family !== undefined && !family.ok) return err({ code: 400 });
  const first = reserved?.family ?? family?.value ?? 4;
  if (first === 'unknown') return err({ code: 440 });
  // 9 (its syntax). ADDITIONAL-ADDRESS-FAMILY can only ask for IPv6.
  if (additionalValue !== undefined && !decodeAdditionalFamily(additionalValue).ok) return err({ code: 400 });
  const dual = additionalValue !== undefined;
  if (!dual && !state.pools.has(first)) return err({ code: 440 });
  // 8. EVEN-PORT; with its R bit never for two families.
  const even = evenValue === undefined ? undefined : decodeEvenPort(evenValue);
  if (even !== undefined && !even.ok) return err({ code: 400 });
  if (even?.value === true && dual) return err({ code: 400 });
  const lifetimeValue = firstValue(message, attributeTypes.LIFETIME);
  const lifetime = lifetimeValue === undefined ? undefined : decodeLifetime(lifetimeValue);
  if (lifetime !== undefined && !lifetime.ok) return err({ code: 400 });
  return ok({
    families: dual ? [4, 6] : [first],
    port: even === undefined ? 'any' : even.value ? 'even-pair' : 'even',
    token: token?.value,
    lifetimeS: lifetime?.value,
  });
}

function makeAllocation(request: TurnRequest, wish: Wish, state: RelayState): Result<FillReply, TurnError> {
  const { client, identity } = request;
  const addressKey = formatIp(client.address.ip);
  // 10. Quotas.
  const place = state.quota.take(identity.session, addressKey);
  if (place !== 'taken') return err({ code: place === 'total' ? 508 : 486 });
  const countersAt = state.sessions.enter(identity.session);
  const record = countersAt < 0 ? -1 : keepRecord(state.means.memory, client.record);
  // 8 and 9. Relayed addresses; of a dual allocation one is enough.
  const opened: RelayedSocket[] = [];
  const missing: { family: Family; code: ErrorNumber }[] = [];
  for (const family of record < 0 ? [] : wish.families) {
    const socket = openRelayed(family, wish.port, wish.token, state);
    if (socket.ok) opened.push(socket.value);
    else missing.push({ family, code: socket.error });
  }
  if (opened.length === 0) {
    if (record >= 0) state.means.memory.freeRecord(record);
    if (countersAt >= 0) state.sessions.leave(identity.session);
    state.quota.release(identity.session, addressKey);
    return err({ code: missing.length === 0 ? 508 : missing.every(({ code }) => code === 440) ? 440 : 508 });
  }
  const allocation = enter(request, wish, { record, countersAt, addressKey, opened }, state);
  const fill = describe(allocation, state);
  return ok((writer) => {
    fill(writer);
    for (const { family, code } of missing) {
      writer.add(attributeTypes.ADDRESS_ERROR_CODE, encodeAddressErrorCode(family, code));
    }
  });
}

type Taken = {
  readonly record: number;
  readonly countersAt: number;
  readonly addressKey: string;
  readonly opened: readonly RelayedSocket[];
};

function enter(request: TurnRequest, wish: Wish, taken: Taken, state: RelayState): Allocation {
  const { client, identity, message, knownKey } = request;
  const leftS = state.sessions.expiryS(identity.session, identity.expiresAtS) - state.nowS;
  const expiresMs = state.nowMs + 1_000 * grantedLifetimeS(wish.lifetimeS, leftS);
  const relayed: Relayed[] = [];
  const allocation: Allocation = {
    index: state.table.takeIndex(),
    listener: client.listener,
    record: taken.record,
    client: client.address,
    transport: client.transport,
    padded: client.transport !== 'udp',
    transactionId: message.transactionId.slice(),
    session: identity.session,
    addressKey: taken.addressKey,
    knownKey,
    countersAt: taken.countersAt,
    relayed,
    permissions: [],
    channels: [],
    reservation: taken.opened[0]?.reservation,
  };
  for (const { family, socket, port, address } of taken.opened) {
    relayed.push({ family, socket, port, address, allocation, expiresMs });
  }
  state.table.add(allocation);
  state.buckets.reset(allocation.index);
  state.count('allocationsMade');
  state.means.stats[counterIndex.allocationsLive] = state.table.size;
  state.tell({ kind: 'allocated', session: identity.session, client: client.address, transport: client.transport });
  return allocation;
}

/** The success response of an allocation, now. */
function describe(allocation: Allocation, state: RelayState): FillReply {
  return (writer) => {
    for (const { address } of allocation.relayed) addXorRelayedAddress(writer, address);
    const [first] = allocation.relayed;
    assert(first !== undefined, 'an allocation has a relayed address');
    const leftS = Math.max(0, Math.round((first.expiresMs - state.nowMs) / 1_000));
    writer.add(attributeTypes.LIFETIME, encodeLifetime(leftS));
    if (allocation.reservation !== undefined) writer.add(attributeTypes.RESERVATION_TOKEN, allocation.reservation);
    addXorMappedAddress(writer, allocation.client);
  };
}

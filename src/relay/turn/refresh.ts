// src/relay/turn/refresh.ts - Refresh: an allocation lives on, or ends at once. RFC 8656 section 8.2.
import { err, ok } from '../../base/result.ts';
import { decodeLifetime, encodeLifetime } from '../stun/attributes/lifetime.ts';
import { decodeAddressFamily } from '../stun/attributes/requested-address-family.ts';
import { firstValue } from '../stun/message.ts';
import { attributeTypes } from '../stun/registry.ts';
import { grantedLifetimeS } from './lifetimes.ts';
import type { TurnHandler } from './request.ts';

/** Sets the time to expiry of the allocation, or of one half of a dual one; a lifetime of 0 deletes. */
export const refresh: TurnHandler = ({ message, identity }, allocation, state) => {
  const lifetimeValue = firstValue(message, attributeTypes.LIFETIME);
  const lifetime = lifetimeValue === undefined ? undefined : decodeLifetime(lifetimeValue);
  const familyValue = firstValue(message, attributeTypes.REQUESTED_ADDRESS_FAMILY);
  const family = familyValue === undefined ? undefined : decodeAddressFamily(familyValue);
  if ((lifetime !== undefined && !lifetime.ok) || (family !== undefined && !family.ok)) return err({ code: 400 });
  // A family is named: the allocation must have it.
  const meant = allocation.relayed.filter((relayed) => family === undefined || relayed.family === family.value);
  if (meant.length === 0) return err({ code: 443 });

  if (lifetime?.value === 0) {
    for (const relayed of meant) state.freeRelayed(relayed, 'deleted');
    return ok((writer) => writer.add(attributeTypes.LIFETIME, encodeLifetime(0)));
  }
  const leftS = state.sessions.expiryS(identity.session, identity.expiresAtS) - state.nowS;
  const grantedS = grantedLifetimeS(lifetime?.value, leftS);
  for (const relayed of meant) relayed.expiresMs = state.nowMs + 1_000 * grantedS;
  state.table.touch(allocation);
  return ok((writer) => writer.add(attributeTypes.LIFETIME, encodeLifetime(grantedS)));
};

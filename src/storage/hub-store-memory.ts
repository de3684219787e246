// src/storage/hub-store-memory.ts - logins and node bindings in memory, for tests and for a look at the product without a
// database. The same suite runs against the one in Postgres (test/contract/hub-store.ts).
import { FORMER_MOST, type KeptNode, type LoginStore, type NodeStore } from '../app/ports.ts';
import type { NodeId, OperatorId, PlayerId } from '../base/ids.ts';
import { err, ok } from '../base/result.ts';
import { refusal } from '../protocol/error-codes.ts';

/** Logins that end with the process. */
export function memoryLogins(): LoginStore {
  const logins = new Map<string, { readonly player: PlayerId; readonly untilMs: number }>();
  return {
    add: async (hash, player, untilMs) => void logins.set(hash, { player, untilMs }),
    find: async (hash, wallMs) => {
      const login = logins.get(hash);
      return login !== undefined && wallMs < login.untilMs ? login : undefined;
    },
    extend: async (hash, untilMs) => {
      const login = logins.get(hash);
      if (login !== undefined) logins.set(hash, { ...login, untilMs });
    },
    remove: async (hash) => void logins.delete(hash),
  };
}

type Token = { readonly operator: OperatorId; readonly untilMs: number; usedBy: NodeId | undefined };

/** Bindings that end with the process. */
export function memoryNodes(): NodeStore {
  const nodes = new Map<NodeId, KeptNode>();
  const tokens = new Map<string, Token>();
  const former = new Map<string, KeptNode>(); // The last one stands last.
  return {
    find: async (node) => nodes.get(node),
    addToken: async (hash, operator, untilMs) => {
      if (!tokens.has(hash)) tokens.set(hash, { operator, untilMs, usedBy: undefined });
    },
    bind: async (hash, node, wallMs) => {
      const token = tokens.get(hash);
      if (token === undefined) return err(refusal('TOKEN_UNKNOWN'));
      if (token.usedBy !== undefined && token.usedBy !== node) return err(refusal('NODE_TOKEN_USED'));
      const known = nodes.get(node);
      if (known !== undefined) {
        return known.operator === token.operator ? ok(known) : err(refusal('NODE_NOT_BOUND'));
      }
      if (wallMs >= token.untilMs) return err(refusal('TOKEN_UNKNOWN'));
      token.usedBy = node;
      const kept: KeptNode = {
        node,
        operator: token.operator,
        premiumBps: 0,
        suspended: false,
        name: 'new',
        region: 'unknown',
        slots: 0,
        seenAtMs: wallMs,
      };
      nodes.set(node, kept);
      return ok(kept);
    },
    unbind: async (node, operator) => {
      const kept = nodes.get(node);
      if (kept?.operator !== operator) return false;
      for (const [hash, { usedBy }] of tokens) if (usedBy === node) tokens.delete(hash);
      former.delete(operator + node);
      former.set(operator + node, kept);
      return nodes.delete(node);
    },
    formerOf: async (operator) => {
      const own = [...former.values()].filter((kept) => kept.operator === operator);
      const gone = own.filter(({ node }) => nodes.get(node)?.operator !== operator);
      return gone
        .map(({ node, name }) => ({ node, name }))
        .toReversed()
        .slice(0, FORMER_MOST);
    },
    setPremium: async (node, operator, premiumBps) => {
      const kept = nodes.get(node);
      if (kept?.operator !== operator) return false;
      nodes.set(node, { ...kept, premiumBps });
      return true;
    },
    seen: async (node, { name, region }, slots, wallMs) => {
      const kept = nodes.get(node);
      if (kept !== undefined) nodes.set(node, { ...kept, name, region, slots, seenAtMs: wallMs });
    },
    ofOperator: async (operator) => [...nodes.values()].filter((kept) => kept.operator === operator),
  };
}

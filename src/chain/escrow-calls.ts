// src/chain/escrow-calls.ts - what the hub and a node send to SessionEscrow, with explicit gas: estimates of this chain may
// be off, and a transaction that runs out of gas costs money and does nothing.
import type { ChainCall, EscrowCalls, LeaseToSettle } from '../app/chain/ports.ts';
import type { Address, Hash32 } from '../protocol/typed-data.ts';
import { escrowInterface } from './escrow-events.ts';

// Measured on the contract (gas table of the contracts), and half again for storage that is cold or a longer history.
const GAS = {
  open: 450_000n,
  settleBase: 120_000n,
  settleEach: 160_000n,
  expire: 150_000n,
  deposit: 120_000n,
  flush: 120_000n,
  activeBase: 400_000n, // A tier that slept for a month wakes up day by day.
  activeEach: 20_000n,
};

const item = ({ lease, signed, closeSignature }: LeaseToSettle) => ({
  voucher: signed?.voucher ?? { lease, seq: 0n, servedMs: 0n, amount: 0n },
  signature: signed?.signature ?? '0x',
  closeSignature: closeSignature ?? '0x',
});

function encode(name: string, values: readonly unknown[]): `0x${string}` {
  return `0x${escrowInterface.encodeFunctionData(name, values).slice(2)}`;
}

/** Encoders for a contract at `escrow`. */
export function escrowCalls(escrow: Address): EscrowCalls {
  const call = (data: ChainCall['data'], gas: bigint, valueWei = 0n): ChainCall => ({
    to: escrow,
    data,
    gas,
    valueWei,
  });
  return {
    open: ({ facts: { consent, consentSignature, keyProof, open }, openSignature }) =>
      call(encode('open', [consent, consentSignature, open, openSignature, keyProof ?? []]), GAS.open),
    settleMany: (leases) =>
      call(encode('settleMany', [leases.map(item)]), GAS.settleBase + GAS.settleEach * BigInt(leases.length)),
    expire: (lease: Hash32) => call(encode('expire', [lease]), GAS.expire),
    depositFor: (player, amountWei) => call(encode('depositFor', [player]), GAS.deposit, amountWei),
    flushBurn: () => call(encode('flushBurn', []), GAS.flush),
    proveActive: (node, leases) =>
      call(
        encode('proveActive', [node, leases.toSorted()]), // Each once: the contract wants them in order.
        GAS.activeBase + GAS.activeEach * BigInt(leases.length),
      ),
  };
}

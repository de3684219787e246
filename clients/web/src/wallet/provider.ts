// clients/web/src/wallet/provider.ts - what every wallet extension is to a page (EIP-1193).

/** Takes JSON-RPC calls; rejects when the person declines. */
export type Provider = { request(call: { method: string; params?: readonly unknown[] }): Promise<unknown> };

// src/main/chain-wish.ts - what a person set about the chain, checked: contracts, addresses, the hot key, the price. Mistakes
// here cost coins, so everything that must be said is asked for by name.
import { join } from 'node:path';
import { assert, OutageError } from '../base/assert.ts';
import { fromHex } from '../base/bytes.ts';
import type { Clock } from '../base/clock.ts';
import { chainReader, escrowReader } from '../chain/chain-client.ts';
import { readDeployed } from '../chain/dev-chain.ts';
import { RpcPool } from '../chain/rpc.ts';
import type { Values } from '../config/load.ts';
import type { hubSettings } from '../config/settings.ts';
import { type Address, privateKeyFrom } from '../protocol/typed-data.ts';
import { keptSecret } from './data-folder.ts';
import { type ChainWish, chainKinds, type PriceWish } from './hub-chain.ts';
import { StartError, UsageError } from './role.ts';

type HubValues = Values<typeof hubSettings>;

function hotKey({ chainKey }: HubValues, data: string): Uint8Array {
  const kept = () => new Uint8Array(Buffer.from(keptSecret(data, 'chain-signer'), 'base64url'));
  const bytes = chainKey === undefined ? kept() : fromHex(chainKey);
  const key = bytes === undefined ? undefined : privateKeyFrom(bytes);
  if (key === undefined) throw new UsageError('--chain-key is no private key; write 0x and 64 hex digits');
  return key;
}

function priceWish({ priceSource, priceFile, priceMicroUsd = 2_000 }: HubValues, mode: ChainWish['mode']): PriceWish {
  const source = priceSource ?? (priceFile !== undefined ? 'file' : mode === 'dev' ? 'fixed' : 'chain');
  if (source === 'fixed') return { source, microUsd: priceMicroUsd };
  if (source === 'chain') return { source };
  if (priceFile === undefined) throw new UsageError('--price-source file needs --price-file FILE');
  return { source, path: priceFile };
}

/** A chain that is to be used, and the life of a development chain. Throws StartError. */
export function readChainWish(values: HubValues, data: string): { wish: ChainWish; life?: string } | undefined {
  const { chain = 'off', chainRpc, chainEscrow, chainRegistry, chainFirstBlock, confirmations } = values;
  if (chain === 'off') {
    if (values.priceFile === undefined && (values.priceSource ?? 'fixed') === 'fixed') return undefined;
    throw new UsageError(
      '--price-file and --price-source are for a hub with a chain; without one set --price-micro-usd',
    );
  }
  const common = {
    ...{ mode: chain, key: hotKey(values, data), price: priceWish(values, chain) },
    ...(confirmations !== undefined && { confirmations }),
  };
  if (chain === 'dev') {
    const deployed = readDeployed(join(data, 'chain'));
    if (deployed === undefined || chainRpc === undefined) {
      throw new UsageError(
        '--chain dev needs a development chain: ./nearcade up starts one; alone, start ./nearcade chain first and name it with --chain-rpc',
      );
    }
    const { life, firstBlock, ...contracts } = deployed;
    return { wish: { ...common, urls: chainRpc, contracts, firstBlock }, life };
  }
  if (
    chainRpc === undefined ||
    chainEscrow === undefined ||
    chainRegistry === undefined ||
    chainFirstBlock === undefined
  ) {
    throw new UsageError(
      `--chain ${chain} needs --chain-rpc (two addresses or more), --chain-escrow, --chain-registry and --chain-first-block`,
    );
  }
  if (chainRpc.length < 2) {
    throw new UsageError(`--chain-rpc names one address; name two or more, so that one that fails or lies is noticed`);
  }
  const contracts = { escrow: chainEscrow, registry: chainRegistry };
  return { wish: { ...common, urls: chainRpc, contracts, firstBlock: chainFirstBlock } };
}

/**
 * Who earns the platform's share, as the contract says; as it said before, while the chain is away.
 * @throws StartError when it was never asked, when every address is of another chain, or when there is no contract
 */
export async function treasuryOf(
  wish: ChainWish,
  notes: { note(name: string): Promise<string | undefined>; setNote(name: string, text: string): Promise<void> },
  clock: Clock,
): Promise<Address> {
  const name = `chain/treasury/${wish.contracts.escrow}`;
  const pool = new RpcPool({ urls: wish.urls, chainId: chainKinds[wish.mode].chainId, clock });
  await pool.look();
  const foreign = pool.addresses.find(({ state }) => state === 'wrong-chain');
  if (foreign !== undefined)
    throw new StartError(`--chain-rpc ${foreign.url} is a node of another chain than ${wish.mode}`);
  try {
    await chainReader(pool, wish.contracts).head();
    const treasury = await escrowReader(pool, wish.contracts).treasury();
    await notes.setNote(name, treasury);
    return treasury;
  } catch (cause) {
    if (!(cause instanceof OutageError)) throw cause;
    const before = await notes.note(name);
    if (before === undefined) throw new StartError(`${wish.mode} cannot be read: ${cause.message}`);
    assert(/^0x[0-9a-f]{40}$/.test(before), 'a kept treasury is an address');
    return `0x${before.slice(2)}`;
  }
}

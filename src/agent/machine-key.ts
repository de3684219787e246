// src/agent/machine-key.ts - who this machine is: a secp256k1 key made here at the first start. It never leaves the
// machine and holds no coins; the node's id is its address (DESIGN 7: nobody registers without a bound key).
import { chmodSync, closeSync, fsyncSync, linkSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { OutageError } from '../base/assert.ts';
import { fromHex, toHex } from '../base/bytes.ts';
import type { NodeId } from '../base/ids.ts';
import type { Random } from '../base/random.ts';
import { nodeHelloText } from '../protocol/node-messages.ts';
import {
  type Address,
  addressOf,
  type Hash32,
  privateKeyFrom,
  type Signature,
  signDigest,
  textDigest,
} from '../protocol/typed-data.ts';

/** The machine's identity. The private key stays inside its signers. */
export type MachineKey = {
  readonly address: Address;
  /** The same address, as the hub knows this node. */
  readonly node: NodeId;
  /** Signs `nodeHelloText` for the hub at `hub` (its origin as this machine dials it) and the nonce it gave. */
  signHello(hub: string, nonce: string): Signature;
  /** Signs the digest of a play record (protocol/play-record.ts). */
  signRecord(digest: Hash32): Signature;
  /** Signs a digest of settlement-data.ts: the end of a lease, the binding to an operator. */
  signForChain(digest: Hash32): Signature;
};

const KEY_FILE = 'machine.key';
const OWNER_ONLY = 0o600;

/** Writes the key under another name first and links it, so that a crash leaves a whole key or none. */
function writeNewKey(path: string, random: Random): void {
  let key = privateKeyFrom(random.bytes(32));
  while (key === undefined) key = privateKeyFrom(random.bytes(32));
  const draft = `${path}.${process.pid}`;
  const file = openSync(draft, 'w', OWNER_ONLY);
  try {
    writeSync(file, `${toHex(key)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  try {
    linkSync(draft, path);
  } finally {
    unlinkSync(draft);
  }
}

function readKey(path: string): Uint8Array | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new OutageError(`cannot read the machine key ${path}`, { cause });
  }
  const key = privateKeyFrom(fromHex(text.trim()) ?? new Uint8Array(0));
  // Never written over: the operator's binding, and with it the income, hangs on this key.
  if (key === undefined)
    throw new OutageError(`${path} holds no machine key; restore it, or move it away to become a new machine`);
  chmodSync(path, OWNER_ONLY);
  return key;
}

/**
 * Reads the machine's key from `folder`, or makes it there, readable by its owner only.
 * @throws OutageError when the folder cannot be written or the file holds no key
 */
export function openMachineKey(folder: string, random: Random): MachineKey {
  const path = join(folder, KEY_FILE);
  let key = readKey(path);
  if (key === undefined) {
    try {
      writeNewKey(path, random);
    } catch (cause) {
      throw new OutageError(`cannot write the machine key ${path}`, { cause });
    }
    key = readKey(path);
  }
  if (key === undefined) throw new OutageError(`the machine key ${path} disappeared`);
  const secret = key;
  const address = addressOf(secret);
  return {
    address,
    node: address as NodeId,
    signHello: (hub, nonce) => signDigest(textDigest(nodeHelloText(address, hub, nonce)), secret),
    signRecord: (digest) => signDigest(digest, secret),
    signForChain: (digest) => signDigest(digest, secret),
  };
}

/** A node's id as the address that it is. */
export function addressOfNode(node: NodeId): Address {
  return node as string as Address;
}

// test/support/evm/helpers.ts - compiles test/support/evm/sol once per process.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Interface } from 'ethers';
import { type Artifact, compileSolidity } from '../../../tools/compile-contracts.ts';

let compiled: ReadonlyMap<string, Artifact> | undefined;

/** ABI and creation code of a contract of test/support/evm/sol. */
export function helperContract(name: string): { iface: Interface; bytecode: string } {
  const file = join(import.meta.dirname, 'sol/Helpers.sol');
  compiled ??= compileSolidity({ 'Helpers.sol': readFileSync(file, 'utf8') });
  const found = compiled.get(name);
  if (found === undefined) throw new Error(`no contract ${name}`);
  return { iface: new Interface(found.abi as object[]), bytecode: found.bytecode };
}

// Goal: what is deployed is what contracts/src says. Method: compile, and compare with the committed files.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compileSolidity, contractSources, generatedFiles } from '../../tools/compile-contracts.ts';

const root = join(import.meta.dirname, '../..');

test('ABI and bytecode under src/chain/abi are what contracts/src compiles to', () => {
  const files = generatedFiles(compileSolidity(contractSources()));
  expect([...files.keys()]).toEqual(['src/chain/abi/stake-registry.ts', 'src/chain/abi/session-escrow.ts']);
  for (const [path, text] of files)
    expect(readFileSync(join(root, path), 'utf8') === text, `${path} is up to date`).toBe(true);
});

// tools/compile-contracts.ts - compiles contracts/src with solc from npm and writes ABI and bytecode as TypeScript under
// src/chain/abi. Same sources, same compiler, same settings: same bytes. Run: node tools/compile-contracts.ts; with
// --check it writes nothing and exits with 1 where a committed file differs.
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** One compiled contract. */
export type Artifact = {
  readonly abi: readonly unknown[];
  /** What a deployment sends, before the encoded constructor arguments; 0x and hex. */
  readonly bytecode: `0x${string}`;
  /** What lies on the chain; immutables are zero here. */
  readonly runtimeBytes: number;
};

type SolcOutput = {
  readonly errors?: readonly {
    readonly severity: string;
    readonly formattedMessage: string;
    readonly sourceLocation?: { readonly file: string };
  }[];
  readonly contracts?: Readonly<
    Record<
      string,
      Record<
        string,
        {
          abi: unknown[];
          evm: { bytecode: { object: string }; deployedBytecode: { object: string } };
        }
      >
    >
  >;
};
type Solc = { version(): string; compile(input: string, callbacks: { import(path: string): object }): string };

const root = join(import.meta.dirname, '..');
/** What the hub needs: source file, contract, generated file and the name of its constants. */
const GENERATED = [
  { contract: 'StakeRegistry', file: 'stake-registry', constant: 'stakeRegistry' },
  { contract: 'SessionEscrow', file: 'session-escrow', constant: 'sessionEscrow' },
] as const;

/**
 * Compiles Solidity sources. `london`, since DBC's own tools compile for it and later opcodes may be missing there; no
 * metadata hash, so that a comment does not change the bytes.
 * @param quick without the optimizer and its size limits: half the time, for tests only
 * @param sources by path from the folder that holds contracts/
 * @throws Error with the compiler's words on any error, and on any warning about our own sources
 */
export function compileSolidity(
  sources: Readonly<Record<string, string>>,
  { quick = false } = {},
): ReadonlyMap<string, Artifact> {
  const solc: Solc = createRequire(import.meta.url)('solc');
  const input = {
    language: 'Solidity',
    sources: Object.fromEntries(Object.entries(sources).map(([path, content]) => [path, { content }])),
    settings: {
      evmVersion: 'london',
      optimizer: { enabled: !quick, runs: 1_000 },
      metadata: { bytecodeHash: 'none', appendCBOR: false },
      outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object'] } },
    },
  };
  const packaged = (path: string) => ({ contents: readFileSync(join(root, 'node_modules', path), 'utf8') });
  const output: SolcOutput = JSON.parse(solc.compile(JSON.stringify(input), { import: packaged }));
  const complaints = (output.errors ?? [])
    .filter(({ severity, sourceLocation }) => severity === 'error' || !(quick || sourceLocation?.file.startsWith('@')))
    .map(({ formattedMessage }) => formattedMessage);
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
  const artifacts = new Map<string, Artifact>();
  for (const path of Object.keys(sources)) {
    for (const [name, { abi, evm }] of Object.entries(output.contracts?.[path] ?? {})) {
      const runtimeBytes = evm.deployedBytecode.object.length / 2;
      artifacts.set(name, { abi, bytecode: `0x${evm.bytecode.object}`, runtimeBytes });
    }
  }
  return artifacts;
}

/** The product's own Solidity sources below a folder, by path. */
export function contractSources(folder: string = root): Readonly<Record<string, string>> {
  const paths = globSync('contracts/src/**/*.sol', { cwd: folder }).toSorted();
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

/** The generated files by path, as they should be. */
export function generatedFiles(artifacts: ReadonlyMap<string, Artifact>): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const { contract, file, constant } of GENERATED) {
    const found = artifacts.get(contract) ?? { ...artifacts.get(`I${contract}`), bytecode: '0x' };
    if (found.abi === undefined) throw new Error(`${contract} is not among the sources`);
    const path = `src/chain/abi/${file}.ts`;
    const lines = [
      `// ${path} - generated from contracts/src by tools/compile-contracts.ts; a check compares it. Do not edit.`,
      '',
      `/** JSON ABI of ${contract}: functions, events and errors, as ethers takes it. */`,
      `export const ${constant}Abi = [`,
      ...found.abi.map((entry) => `  ${JSON.stringify(entry)},`),
      '] as const;',
      '',
      `/** Creation code of ${contract} without constructor arguments (deployment.ts appends them). */`,
      `export const ${constant}Bytecode =`,
      `  '${found.bytecode}';`,
      '',
    ];
    files.set(path, lines.join('\n'));
  }
  return files;
}

if (import.meta.main) {
  const check = process.argv.includes('--check');
  const artifacts = compileSolidity(contractSources());
  mkdirSync(join(root, 'src/chain/abi'), { recursive: true });
  for (const [path, text] of generatedFiles(artifacts)) {
    if (!check) writeFileSync(join(root, path), text);
    else if (readFileSync(join(root, path), 'utf8') !== text) {
      process.stdout.write(
        `${path} differs from what contracts/src compiles to: run node tools/compile-contracts.ts\n`,
      );
      process.exitCode = 1;
    }
  }
  for (const { contract } of GENERATED) {
    const bytes = artifacts.get(contract)?.runtimeBytes;
    if (bytes !== undefined) process.stdout.write(`${contract}: ${bytes} bytes on the chain\n`);
  }
}

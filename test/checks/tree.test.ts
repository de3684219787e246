// Goal: the rules of the house hold in the whole tree. Method: run each checker as a person would.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { docFaults } from '../../tools/check-docs.ts';
import { importFaults } from '../../tools/check-imports.ts';
import { type SourceFile, sourceFiles } from '../../tools/source-files.ts';

const root = join(import.meta.dirname, '../..');
const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}` };
};

test('types hold in server, tests and tools', () =>
  expect(run('node_modules/typescript/lib/tsc.js', '-p', 'tsconfig.json')).toEqual({ status: 0, output: '' }));
test('rings 0-3 compile without the types of Node and the DOM', () =>
  expect(run('node_modules/typescript/lib/tsc.js', '-p', 'tsconfig.pure.json')).toEqual({ status: 0, output: '' }));
test('types hold in the page', () =>
  expect(run('node_modules/typescript/lib/tsc.js', '-p', 'clients/web/tsconfig.json')).toEqual({
    status: 0,
    output: '',
  }));
test('types hold in the browser tests', () =>
  expect(run('node_modules/typescript/lib/tsc.js', '-p', 'tsconfig.browser.json')).toEqual({ status: 0, output: '' }));
test('format and lint are clean', () => {
  const { status, output } = run('node_modules/@biomejs/biome/bin/biome', 'ci', '--max-diagnostics=20', '.');
  expect(status, output).toBe(0);
});
test('imports run downwards and every package has one home', () =>
  expect(importFaults(sourceFiles(root, 'src/**/*.ts', 'clients/web/src/**/*.{ts,tsx}'))).toEqual([]));
test('every exported name is explained', () => expect(docFaults(sourceFiles(root, 'src/**/*.ts'))).toEqual([]));

// Goal: the checkers themselves can fail. Method: plant one fault of each kind.
const file = (path: string, text: string): SourceFile => ({ path, text: `// ${path} - a planted file.\n${text}` });
test.each([
  ['upward import', file('src/pool/a.ts', "import { x } from '../app/b.ts';"), 'ring 2 may not import ring 3'],
  ['sibling import', file('src/pool/a.ts', "import { x } from '../billing/b.ts';"), 'may not know each other'],
  ['clock below the edge', file('src/session/a.ts', 'const now = Date.now();'), 'rings 0-3 know no Date'],
  ['package away from home', file('src/app/a.ts', "import pg from 'pg';"), 'pg belongs to src/storage'],
  ['unknown package', file('src/server/a.ts', "import x from 'left-pad';"), 'has no home'],
  ['page reaching up', file('clients/web/src/a.ts', "import { x } from '../../../src/storage/b.ts';"), 'rings 0-2'],
])('the import check finds: %s', (_, planted, words) =>
  expect(importFaults([planted]).map(({ text }) => text)).toEqual([expect.stringContaining(words)]),
);
test('the import check finds circles', () => {
  const faults = importFaults([
    file('src/pool/a.ts', "import { b } from './b.ts';"),
    file('src/pool/b.ts', "import { a } from './a.ts';"),
  ]);
  expect(faults.map(({ text }) => text)).toEqual(['circle: src/pool/a.ts -> src/pool/b.ts -> src/pool/a.ts']);
});
test('the docs check finds a missing and an empty docstring', () => {
  const faults = docFaults([
    file('src/pool/a.ts', 'export const one = 1;\n\n/** Gets the node count. */\nexport function nodeCount() {}'),
  ]);
  expect(faults.map(({ text }) => text)).toEqual([
    'one has no docstring',
    'the docstring of nodeCount only repeats its name',
  ]);
});

test('the error table and docs/ERRORS.md name the same codes', async () => {
  const { errorCodes } = await import('../../src/protocol/error-codes.ts');
  const documented = [...readFileSync(join(root, 'docs/ERRORS.md'), 'utf8').matchAll(/^\| `([A-Z_]+)` \|/gm)].map(
    (match) => match[1],
  );
  expect(documented.toSorted()).toEqual(Object.keys(errorCodes).toSorted());
});

test('the script starts Node with the flags that the supervisor gives', async () => {
  const { nodeFlags } = await import('../../src/main/node-flags.ts');
  const script = readFileSync(join(root, 'nearcade'), 'utf8');
  const [always, forHub] = nodeFlags('hub');
  expect(script).toContain(`exec "$node" ${always} $heap "$root/src/main/cli.ts" "$@"`);
  expect(script).toContain(`[ "\${1:-}" = hub ] && heap=${forHub}\n`);
  expect(nodeFlags('node')).toEqual([always]);
});

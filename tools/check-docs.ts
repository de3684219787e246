// tools/check-docs.ts - every exported name under src/ is explained, and no explanation only repeats the name.
// Run: node tools/check-docs.ts. Exits with 1 and one line a fault.
import { join } from 'node:path';
import { type SourceFile, sourceFiles } from './source-files.ts';

type Fault = { path: string; line: number; text: string };

const EXPORTED =
  /^export (?:declare )?(?:abstract )?(?:async )?(function\*?|class|const|let|type|interface) ([A-Za-z0-9_$]+)/;
const FILLER = new Set(
  'a an the of for to and or is are in on by with this that it its from as at be gets get sets set returns return'.split(
    ' ',
  ),
);

function words(text: string): string[] {
  return text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '' && !FILLER.has(word))
    .map((word) => word.replace(/(ing|ed|es|s)$/, ''));
}

/** The comment that ends on the line above `index`, or the one at the head of a run of exports it belongs to. */
function commentAbove(lines: readonly string[], index: number): string | undefined {
  let end = index - 1;
  // A type derived from the schema on the line above shares the schema's comment: `export type X = Type.Static<...>`.
  if (/Type\.Static<|Shapes</.test(lines[index] ?? '') || /Shape = /.test(lines[index] ?? '')) {
    while (end >= 0 && lines[end]?.trim() !== '' && !lines[end]?.trim().endsWith('*/')) end--;
    if (end >= 0 && lines[end]?.trim() === '') return 'schema documented by its fields and file';
  }
  if (!(lines[end] ?? '').trim().endsWith('*/')) return undefined;
  let start = end;
  while (start >= 0 && !(lines[start] ?? '').trim().startsWith('/**')) start--;
  return start < 0 ? undefined : lines.slice(start, end + 1).join('\n');
}

/** Every fault of the given files. */
export function docFaults(files: readonly SourceFile[]): Fault[] {
  const faults: Fault[] = [];
  for (const { path, text } of files) {
    const lines = text.split('\n');
    if (!(lines[0] ?? '').startsWith(`// ${path} - `)) {
      faults.push({ path, line: 1, text: `the first line must be '// ${path} - what it is'` });
    }
    lines.forEach((line, index) => {
      const name = EXPORTED.exec(line)?.[2];
      if (name === undefined) return;
      const comment = commentAbove(lines, index);
      if (comment === undefined) faults.push({ path, line: index + 1, text: `${name} has no docstring` });
      else if (words(comment).every((word) => words(name).includes(word))) {
        faults.push({ path, line: index + 1, text: `the docstring of ${name} only repeats its name` });
      }
    });
  }
  return faults;
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  const faults = docFaults(sourceFiles(root, 'src/**/*.ts'));
  for (const { path, line, text } of faults) process.stdout.write(`${path}:${line}: ${text}\n`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

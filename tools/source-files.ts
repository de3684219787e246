// tools/source-files.ts - the project's own source files, for the checks.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file with its path from the repository root (forward slashes) and its text. */
export type SourceFile = { readonly path: string; readonly text: string };

/** Reads every TypeScript file that matches the globs, sorted by path. */
export function sourceFiles(root: string, ...globs: string[]): SourceFile[] {
  const found = globs.flatMap((glob) => globSync(glob, { cwd: root }));
  return [...new Set(found)].sort().map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** Text with comments and the inside of string and template literals blanked out; same length, same lines. */
export function blankTextAndComments(source: string): string {
  const pattern = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|\$\{[^`}]*\}|[^`\\])*`/g;
  return source.replace(pattern, (match) => match.replace(/[^\n]/g, ' '));
}

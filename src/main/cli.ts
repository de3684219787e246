// src/main/cli.ts - the command line: finds the command that is meant, runs it, and says in one sentence what a person can
// mend when it fails.
import { readFileSync } from 'node:fs';
import { askedFor, helpText, usageHint, usageText } from './command-help.ts';
import { commands } from './commands.ts';
import { plainFault } from './plain-fault.ts';
import { StartError, UsageError } from './role.ts';

/** Runs a command of the table. */
async function run(name: string, argv: readonly string[]): Promise<void> {
  const command = commands[name];
  try {
    await command?.run(argv);
  } catch (cause) {
    if (cause instanceof UsageError) {
      process.stderr.write(`nearcade: ${cause.message}\n${command === undefined ? '' : usageHint(name, command)}`);
      process.exit(2);
    }
    const sentence = cause instanceof StartError ? cause.message : plainFault(cause);
    if (sentence === undefined) throw cause;
    process.stderr.write(`nearcade: ${sentence}\n`);
    process.exitCode = 1;
  }
}

const asked = askedFor(commands, process.argv.slice(2));
if (asked.kind === 'version') {
  process.stdout.write(`${JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version}\n`);
} else if (asked.kind === 'usage') {
  process.stdout.write(usageText(commands));
} else if (asked.kind === 'unknown') {
  const hint = asked.meant === undefined ? '' : `; did you mean './nearcade ${asked.meant}'?`;
  process.stderr.write(`nearcade: there is no command '${asked.word}'${hint}\n`);
  if (asked.meant === undefined) process.stderr.write(`\n${usageText(commands)}`);
  process.exitCode = 2;
} else if (asked.kind === 'help') {
  const command = commands[asked.name];
  if (command !== undefined) process.stdout.write(helpText(command));
} else {
  await run(asked.name, asked.argv);
}

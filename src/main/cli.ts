// src/main/cli.ts - the command line: one table of commands, each with its settings and its code, loaded when called.
import { existsSync, readFileSync } from 'node:fs';
import { helpLines, load, type Settings } from '../config/load.ts';
import {
  adminSettings,
  benchSettings,
  chainSettings,
  doctorSettings,
  economicsSettings,
  hubSettings,
  nodeServiceSettings,
  nodeSettings,
  nodeSettleSettings,
  nodeStopSettings,
  postgresSettings,
  relaySettings,
  storeSettings,
  testSettings,
  upSettings,
} from '../config/settings.ts';
import { openLog } from '../observe/log.ts';
import { runRole, StartError } from './role.ts';

type Command = {
  readonly summary: string;
  readonly usage: string;
  readonly settings: Settings;
  readonly run: (argv: readonly string[]) => Promise<void>;
  /** Started by other commands, not by people. */
  readonly hidden?: true;
};

/** Reads the settings of one command; prints every problem and ends with 2 when there is one. */
function settle<S extends Settings>(settings: S, argv: readonly string[]) {
  const file = existsSync('nearcade.toml') ? readFileSync('nearcade.toml', 'utf8') : undefined;
  const otherKeys = new Set(
    Object.values(commands).flatMap((command) => Object.values(command.settings).map(({ key }) => key)),
  );
  const loaded = load(settings, { argv, env: process.env, file, otherKeys });
  if (loaded.ok) return loaded.value;
  for (const problem of loaded.error) process.stderr.write(`nearcade: ${problem}\n`);
  process.exit(2);
}

function level(values: Readonly<Record<string, unknown>>) {
  const text = values.logLevel;
  return text === 'error' || text === 'warn' || text === 'debug' || text === 'trace' ? text : 'info';
}

const commands: Readonly<Record<string, Command>> = {
  up: {
    summary: 'everything on this machine: hub, relay, one node, database; prints one URL',
    usage: './nearcade up [flags]',
    settings: upSettings,
    run: async (argv) => {
      const loaded = settle(upSettings, argv);
      const log = openLog('up', loaded.given.has('logLevel') ? level(loaded.values) : 'error');
      const { up } = await import('./up.ts');
      await runRole(log, () => up(loaded, log));
    },
  },
  hub: {
    summary: 'the hub alone: page, API, signaling, pool, metering',
    usage: './nearcade hub [flags]',
    settings: hubSettings,
    run: async (argv) => {
      const { values } = settle(hubSettings, argv);
      const log = openLog('hub', level(values));
      const { runHub } = await import('./hub.ts');
      await runRole(log, () => runHub(values, log));
    },
  },
  relay: {
    summary: 'a TURN relay, alone or registered with a hub',
    usage: './nearcade relay --listen HOST:PORT --secret S [flags]',
    settings: relaySettings,
    run: async (argv) => {
      const { values } = settle(relaySettings, argv);
      const log = openLog('relay', level(values));
      const { runRelay } = await import('./relay.ts');
      await runRelay(values, log); // It minds its own signals: SIGTERM drains.
      process.exit(0);
    },
  },
  node: {
    summary: 'a rendering node: joins a hub and runs games for players',
    usage:
      './nearcade node --hub URL --token TOKEN [flags]      ./nearcade node settle --chain-rpc URL,URL [flags]\n       ./nearcade node stop [--now] [--data DIR]      ./nearcade node install-service --hub URL [flags]',
    settings: nodeSettings,
    run: async (argv) => {
      const [act, ...flags] = argv;
      if (act === 'settle') return settleNode(flags);
      if (act === 'stop') {
        const { runNodeStop } = await import('./node-stop.ts');
        return runNodeStop(settle(nodeStopSettings, flags).values, print);
      }
      if (act === 'install-service') {
        const { installService } = await import('./node-service.ts');
        return installService(settle(nodeServiceSettings, flags).values, print);
      }
      const { values } = settle(nodeSettings, argv);
      const log = openLog('node', level(values));
      const { runNode } = await import('./node.ts');
      await runRole(log, () => runNode(values, log));
    },
  },
  chain: {
    summary: 'the development chain of a data folder, with the contracts on it',
    usage: './nearcade chain --data DIR',
    settings: chainSettings,
    hidden: true,
    run: async (argv) => {
      const { values } = settle(chainSettings, argv);
      const log = openLog('chain', level(values));
      const { runChain } = await import('./chain.ts');
      await runRole(log, () => runChain(values, log));
    },
  },
  postgres: {
    summary: 'the embedded database of a data folder',
    usage: './nearcade postgres --data DIR',
    settings: postgresSettings,
    hidden: true,
    run: async (argv) => {
      const { values } = settle(postgresSettings, argv);
      const log = openLog('postgres', level(values));
      const { runPostgres } = await import('./postgres.ts');
      await runRole(log, () => runPostgres(values, log));
    },
  },
  doctor: {
    summary: 'what this machine has, and what a start here would lack',
    usage: './nearcade doctor [flags]',
    settings: doctorSettings,
    run: async (argv) => {
      const { runDoctor } = await import('./doctor.ts');
      process.exitCode = await runDoctor(settle(doctorSettings, argv));
    },
  },
  admin: {
    summary: 'run a hub: suspend, refund, announce, rotate, revenue, reconcile; every act with its reason',
    usage: './nearcade admin ACT [ARGUMENTS] --reason TEXT [flags]    (without ACT: the list)',
    settings: adminSettings,
    run: async (argv) => {
      const { values, rest } = settle(adminSettings, argv);
      const { runAdmin } = await import('./admin.ts');
      process.exitCode = await runAdmin(values, rest, openLog('admin', 'error'));
    },
  },
  audit: {
    summary: 'replays a session from its log: every signature, sum and transfer; names what is wrong',
    usage: './nearcade audit SESSION [flags]    ./nearcade audit FILE.json',
    settings: storeSettings,
    run: async (argv) => {
      const { values, rest } = settle(storeSettings, argv);
      const { runAudit } = await import('./audit.ts');
      process.exitCode = await runAudit(values, rest, openLog('audit', 'error'));
    },
  },
  backup: {
    summary: 'copies the whole database of a hub into one file, while it runs',
    usage: './nearcade backup FILE [flags]',
    settings: storeSettings,
    run: async (argv) => {
      const { values, rest } = settle(storeSettings, argv);
      const { runBackup } = await import('./backup.ts');
      await runBackup(values, rest, openLog('backup', 'error'));
    },
  },
  restore: {
    summary: 'puts such a file into an empty database',
    usage: './nearcade restore FILE --data NEW_DIR [flags]',
    settings: storeSettings,
    run: async (argv) => {
      const { values, rest } = settle(storeSettings, argv);
      const { runRestore } = await import('./backup.ts');
      await runRestore(values, rest, openLog('restore', 'error'));
    },
  },
  economics: {
    summary: 'what a city of net cafés would burn and earn a month, and where the published example errs',
    usage: './nearcade economics [flags]',
    settings: economicsSettings,
    run: async (argv) => {
      const { values, given } = settle(economicsSettings, argv);
      const { runEconomics } = await import('./economics.ts');
      runEconomics(values, given.size > 0);
    },
  },
  test: {
    summary: 'installs what the tests need, runs all of them',
    usage: './nearcade test [SUITE...] [flags]',
    settings: testSettings,
    run: async (argv) => {
      const { values, rest } = settle(testSettings, argv);
      const { runTests } = await import('./test.ts');
      process.exitCode = await runTests({
        suites: rest,
        long: values.long ?? false,
        install: values.noInstall !== true,
      });
    },
  },
  bench: {
    summary: 'measures one claim beside a peer in the same run',
    usage: './nearcade bench NAME [flags]',
    settings: benchSettings,
    run: async (argv) => {
      const { values, rest } = settle(benchSettings, argv);
      const { runBench } = await import('./bench.ts');
      process.exitCode = await runBench(rest, values.long ?? false);
    },
  },
};

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function settleNode(argv: readonly string[]): Promise<void> {
  const { values } = settle(nodeSettleSettings, argv);
  const { runNodeSettle } = await import('./node-settle.ts');
  process.exitCode = await runNodeSettle(values, print);
}

function usage(): string {
  const rows = Object.entries(commands).filter(([, command]) => command.hidden === undefined);
  return [
    'Nearcade - the nearest GPU is your arcade.',
    '',
    'usage: ./nearcade COMMAND [flags]        ./nearcade COMMAND --help',
    '',
    ...rows.map(([name, command]) => `  ${name.padEnd(11)}${command.summary}`),
    '',
    'Every flag is also a variable (NEARCADE_DATA) and a line of nearcade.toml (data = "...").',
    '',
  ].join('\n');
}

const [name, ...argv] = process.argv.slice(2);
const command = name === undefined ? undefined : commands[name];
if (name === '--version') {
  process.stdout.write(`${JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version}\n`);
} else if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
  process.stdout.write(usage());
} else if (command === undefined) {
  process.stderr.write(`nearcade: there is no command '${name}'\n\n${usage()}`);
  process.exitCode = 2;
} else if (argv.includes('--help') || argv.includes('-h')) {
  process.stdout.write(`${command.usage}\n${command.summary}\n\n${helpLines(command.settings).join('\n')}\n`);
} else {
  try {
    await command.run(argv);
  } catch (cause) {
    if (!(cause instanceof StartError)) throw cause;
    process.stderr.write(`nearcade: ${cause.message}\n`);
    process.exitCode = 1;
  }
}

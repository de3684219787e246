// src/main/commands.ts - every command of ./nearcade: its words, its settings, examples for --help, and its code, which is
// loaded when it is called.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load, type Settings } from '../config/load.ts';
import {
  adminSettings,
  benchSettings,
  chainSettings,
  doctorSettings,
  economicsSettings,
  hubSettings,
  nodeBenchSettings,
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
import { LOGS_FOLDER, sessionLogs } from '../observe/session-logs.ts';
import { ADMIN_ACTS } from './admin-acts.ts';
import type { Command } from './command-help.ts';
import { runRole, UsageError } from './role.ts';

/** Reads the settings of one command, and how many words it takes; throws a UsageError with every problem. */
function settle<S extends Settings>(settings: S, argv: readonly string[], wordsMost = 0) {
  const file = existsSync('nearcade.toml') ? readFileSync('nearcade.toml', 'utf8') : undefined;
  const otherKeys = new Set(
    Object.values(commands).flatMap((command) => Object.values(command.settings).map(({ key }) => key)),
  );
  const loaded = load(settings, { argv, env: process.env, file, otherKeys, wordsMost });
  if (loaded.ok) return loaded.value;
  throw new UsageError(loaded.error.join('\nnearcade: '));
}

function level(values: Readonly<Record<string, unknown>>) {
  const text = values.logLevel;
  return text === 'error' || text === 'warn' || text === 'debug' || text === 'trace' ? text : 'info';
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const nodeCommands: Readonly<Record<string, Command>> = {
  node: {
    summary: 'a rendering node: joins a hub and runs games for players',
    usage: './nearcade node --hub URL [--token TOKEN] [flags]',
    settings: nodeSettings,
    examples: [
      ['./nearcade node --hub https://hub.example.net --token t_...', 'the first time, as the page /node shows it'],
      ['./nearcade node --hub https://hub.example.net', 'from then on, in the same folder'],
      ['./nearcade node --hub https://hub.example.net --slots 2 --ice-ports 40000-40063', 'behind a firewall'],
    ],
    run: async (argv) => {
      const { values } = settle(nodeSettings, argv);
      const kept = sessionLogs(join(values.data ?? '.nearcade', LOGS_FOLDER));
      const log = openLog('node', level(values), kept.keep);
      const { runNode } = await import('./node.ts');
      await runRole(log, () => runNode(values, log));
    },
  },
  'node stop': {
    summary: 'ends the node of a data folder kindly, and waits until it is gone',
    usage: './nearcade node stop [--now] [--data DIR]',
    settings: nodeStopSettings,
    examples: [
      ['./nearcade node stop', 'no new sessions; those that run have the drain time of the node'],
      ['./nearcade node stop --now --data /var/lib/nearcade', 'those that run end now, their saves kept'],
    ],
    run: async (argv) => {
      const { runNodeStop } = await import('./node-stop.ts');
      await runNodeStop(settle(nodeStopSettings, argv).values, print);
    },
  },
  'node bench': {
    summary: 'measures what this machine can do for players; 1 when something is BAD',
    usage: './nearcade node bench [--hub URL] [--data DIR]',
    settings: nodeBenchSettings,
    examples: [['./nearcade node bench --hub https://hub.example.net', 'encoders, games side by side, and the line']],
    run: async (argv) => {
      const { values } = settle(nodeBenchSettings, argv);
      const { runNodeBench } = await import('./node-bench.ts');
      process.exitCode = await runNodeBench(values, print);
    },
  },
  'node settle': {
    summary: 'settles on the chain what players signed for this node, without any hub',
    usage: './nearcade node settle --chain-rpc URL,URL [flags]',
    settings: nodeSettleSettings,
    examples: [
      [
        'NEARCADE_CHAIN_KEY=0x... ./nearcade node settle --chain-rpc https://ONE,https://ANOTHER',
        'on the mainnet; the key pays the gas',
      ],
    ],
    run: async (argv) => {
      const { values } = settle(nodeSettleSettings, argv);
      const { runNodeSettle } = await import('./node-settle.ts');
      process.exitCode = await runNodeSettle(values, print);
    },
  },
  'node install-service': {
    summary: 'writes a systemd unit for a node, and says what is left to do',
    usage: './nearcade node install-service --hub URL [flags]',
    settings: nodeServiceSettings,
    examples: [['./nearcade node install-service --hub https://hub.example.net --slots 2', 'as root']],
    run: async (argv) => {
      const { installService } = await import('./node-service.ts');
      installService(settle(nodeServiceSettings, argv).values, print);
    },
  },
};

const storeCommands: Readonly<Record<string, Command>> = {
  admin: {
    summary: 'run a hub: suspend, refund, announce, rotate, revenue, reconcile; every act with its reason',
    usage: './nearcade admin ACT [ARGUMENTS] --reason TEXT [flags]',
    settings: adminSettings,
    more: ADMIN_ACTS,
    examples: [
      ['./nearcade admin state', 'what is in force'],
      ['./nearcade admin announce "Back at ten" --hours 2 --reason "new disk"', 'on every page for two hours'],
      ['./nearcade admin refund s_... 1.5 --reason "stuck picture"', 'the session stands on its receipt'],
    ],
    run: async (argv) => {
      const { values, rest } = settle(adminSettings, argv, Number.POSITIVE_INFINITY);
      const { runAdmin } = await import('./admin.ts');
      process.exitCode = await runAdmin(values, rest, openLog('admin', 'error'));
    },
  },
  audit: {
    summary: 'replays a session from its log: every signature, sum and transfer; names what is wrong',
    usage: './nearcade audit SESSION|FILE.json [flags]',
    settings: storeSettings,
    examples: [['./nearcade audit s_...', 'from the hub’s database; 1 when something is wrong']],
    run: async (argv) => {
      const { values, rest } = settle(storeSettings, argv, 1);
      const { runAudit } = await import('./audit.ts');
      process.exitCode = await runAudit(values, rest, openLog('audit', 'error'));
    },
  },
  backup: {
    summary: 'copies the whole database of a hub into one file, while it runs',
    usage: './nearcade backup FILE [flags]',
    settings: storeSettings,
    examples: [['./nearcade backup /mnt/backup/today.gz', 'keep secrets/ and saves/ of the data folder beside it']],
    run: async (argv) => {
      const { values, rest } = settle(storeSettings, argv, 1);
      const { runBackup } = await import('./backup.ts');
      await runBackup(values, rest, openLog('backup', 'error'));
    },
  },
  restore: {
    summary: 'puts such a file into an empty database',
    usage: './nearcade restore FILE --data NEW_DIR [flags]',
    settings: storeSettings,
    examples: [['./nearcade restore /mnt/backup/today.gz --data /srv/nearcade', 'a folder that holds no database yet']],
    run: async (argv) => {
      const { values, rest } = settle(storeSettings, argv, 1);
      const { runRestore } = await import('./backup.ts');
      await runRestore(values, rest, openLog('restore', 'error'));
    },
  },
};

/** By name; two words where a command has acts of its own. */
export const commands: Readonly<Record<string, Command>> = {
  up: {
    summary: 'everything on this machine: hub, relay, one node, database; prints one URL',
    usage: './nearcade up [flags]',
    settings: upSettings,
    examples: [
      ['./nearcade up', 'for this machine'],
      ['./nearcade up --http 0.0.0.0:8080 --public-play-money', 'for others too'],
      ['./nearcade up --data /srv/nearcade --slots 2 --session-memory-mb 2048', 'bounds for the node'],
    ],
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
    examples: [
      ['./nearcade hub', 'play money, for this machine'],
      ['./nearcade hub --http 0.0.0.0:8080 --tls auto --public-play-money', 'for the machines of a house'],
      ['./nearcade hub --public-url https://hub.example.net --admin 0x...', 'behind a proxy that ends TLS'],
    ],
    run: async (argv) => {
      const { values } = settle(hubSettings, argv);
      const log = openLog('hub', level(values));
      const { runHub } = await import('./hub.ts');
      await runRole(log, () => runHub(values, log));
    },
  },
  relay: {
    summary: 'a TURN relay, alone or registered with a hub',
    usage: './nearcade relay --listen HOST:PORT --secret-file FILE [flags]',
    settings: relaySettings,
    examples: [
      [
        './nearcade relay --listen 0.0.0.0:443 --public-host r1.example.net --secret-file FILE --hub https://hub.example.net',
        'FILE holds the hub’s --relay-secret',
      ],
    ],
    run: async (argv) => {
      const { values } = settle(relaySettings, argv);
      const log = openLog('relay', level(values));
      const { runRelay } = await import('./relay.ts');
      await runRelay(values, log); // It minds its own signals: SIGTERM drains.
      process.exit(0);
    },
  },
  ...nodeCommands,
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
    examples: [['./nearcade doctor', 'changes nothing; 1 when something is BAD']],
    run: async (argv) => {
      const loaded = settle(doctorSettings, argv);
      const { runDoctor } = await import('./doctor.ts');
      process.exitCode = await runDoctor(loaded);
    },
  },
  ...storeCommands,
  economics: {
    summary: 'what a city of net cafés would burn and earn a month, and where the published example errs',
    usage: './nearcade economics [flags]',
    settings: economicsSettings,
    examples: [['./nearcade economics --cafes 10 --price-micro-usd 4000', 'ten cafés, a DBC at 0.4 cents']],
    run: async (argv) => {
      const { values, given } = settle(economicsSettings, argv);
      const { runEconomics } = await import('./economics.ts');
      runEconomics(values, given.size > 0);
    },
  },
  test: {
    summary: 'installs what the tests need, runs all of them',
    usage: './nearcade test [SUITE [PART]] [flags]',
    settings: testSettings,
    examples: [['./nearcade test unit meter', 'the unit tests whose file names hold "meter"']],
    run: async (argv) => {
      const { values, rest } = settle(testSettings, argv, Number.POSITIVE_INFINITY);
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
    usage: './nearcade bench NAME [flags]    (without NAME: the list)',
    settings: benchSettings,
    run: async (argv) => {
      const { values, rest } = settle(benchSettings, argv, 1);
      const { runBench } = await import('./bench.ts');
      process.exitCode = await runBench(rest, values.long ?? false);
    },
  },
};

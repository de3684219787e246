// src/main/chain.ts - `./nearcade chain`: the development chain as a supervised role. It ends with anvil, so that the
// supervisor starts both again.
import { join, resolve } from 'node:path';
import { OutageError } from '../base/assert.ts';
import { openDevChain } from '../chain/dev-chain.ts';
import type { Values } from '../config/load.ts';
import type { chainSettings } from '../config/settings.ts';
import { systemRandom } from '../observe/clock.ts';
import type { Log } from '../observe/log.ts';
import { dataFolderMarks } from './data-folder.ts';
import { type Role, report } from './role.ts';

const SAVE_EVERY_MS = 1_000; // What a kill costs at most; the hub reads the rest as a re-organisation.

/** Starts the chain of a data folder. Throws OutageError. */
export async function runChain(values: Values<typeof chainSettings>, log: Log): Promise<Role> {
  const data = resolve(values.data ?? '.nearcade');
  const marks = dataFolderMarks(data);
  await marks.endLeftover('anvil');
  const onSpawn = (pid: number) => marks.mark('anvil', pid);
  const { node, deployed, renewed } = await openDevChain(
    join(data, 'chain'),
    { port: values.port ?? 8545, onSpawn },
    systemRandom,
  );
  if (renewed !== undefined) log.warn({ why: renewed, life: deployed.life }, 'chain.begun-anew');
  log.info({ url: node.url, ...deployed }, 'chain.ready');
  let stopping = false;
  void node.ended.then((how) => {
    marks.unmark('anvil');
    if (stopping) return;
    log.error({ how }, 'chain.ended');
    process.exit(1);
  });
  const saving = setInterval(() => {
    node.save().catch((cause: unknown) => {
      if (!(cause instanceof OutageError)) log.error({ cause: String(cause) }, 'chain.save-failed');
    });
  }, SAVE_EVERY_MS);
  report({ kind: 'ready', facts: { url: node.url, ...(renewed !== undefined && { renewed }) } });
  return {
    stop: async () => {
      stopping = true;
      clearInterval(saving);
      await node.stop();
    },
  };
}

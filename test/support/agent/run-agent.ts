// test/support/agent/run-agent.ts - an agent with fake slots in a process of its own, to be killed without mercy.
// Arguments: hub origin, data folder, path of the slot module.
import { startNode } from '../../../src/agent/start-agent.ts';
import { nodeOptions } from './node.ts';

const [hub = '', data = '', slotModule] = process.argv.slice(2);
await startNode(nodeOptions(hub, data, slotModule === undefined ? {} : { slotModule }));

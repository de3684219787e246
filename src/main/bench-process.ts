// src/main/bench-process.ts - the bench of an idle node, forked by its agent (self-bench.ts). Says its figures once.
import { measureNode } from './node-measure.ts';

process.once('disconnect', () => process.exit(0));
const [hub, version = 'unknown'] = process.argv.slice(2);
const bench = await measureNode({ hub, version });
process.send?.(bench, () => process.exit(0));

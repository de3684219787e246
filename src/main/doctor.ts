// src/main/doctor.ts - `./nearcade doctor`: what this machine has and what `up` or a node would lack here, in plain words.
import type { Loaded } from '../config/load.ts';
import type { doctorSettings } from '../config/settings.ts';
import { folderHolder } from './data-folder.ts';
import {
  chainFinding,
  databaseFinding,
  dataFinding,
  encoderFindings,
  type Finding,
  gameFindings,
  machineFindings,
  portFinding,
  relayFinding,
} from './doctor-checks.ts';

const SIGNS = { ok: 'ok  ', less: 'less', bad: 'BAD ' } as const;

/** What is printed under one title. */
type Section = { readonly title: string; readonly look: () => Promise<readonly Finding[]> };

function sections({ values, given }: Loaded<typeof doctorSettings>): readonly Section[] {
  const data = values.data ?? '.nearcade';
  const holder = folderHolder(data);
  const http = values.http ?? { host: '127.0.0.1', port: 8080 };
  const relay = values.relay ?? { host: '127.0.0.1', port: 3478 };
  return [
    { title: 'This machine', look: async () => machineFindings() },
    {
      title: 'Addresses',
      look: () =>
        Promise.all([
          portFinding('http', http, { given: given.has('http'), holder }),
          portFinding('relay', relay, { given: given.has('relay'), holder }),
        ]),
    },
    {
      title: 'Data, database, chain',
      look: async () => [dataFinding(data), await databaseFinding(data), chainFinding()],
    },
    { title: 'Relay', look: async () => [await relayFinding()] },
    { title: 'Pictures', look: encoderFindings },
    { title: 'Games', look: () => gameFindings(values.games, values.sandbox ?? 'auto') },
  ];
}

/** The last line: what the figures mean. */
export function verdict(findings: readonly Finding[]): string {
  const count = (level: Finding['level']): number => findings.filter((finding) => finding.level === level).length;
  const [faults, gaps] = [count('bad'), count('less')];
  if (faults > 0) return `${faults} of these would stop './nearcade up' or a session.`;
  if (gaps === 0) return 'Nothing is missing.';
  return `Everything that is needed is here; ${gaps === 1 ? '1 thing' : `${gaps} things`} could be better.`;
}

/**
 * Looks and prints.
 * @returns the exit code: 0 when `up` and a session can run here, 1 when not
 */
export async function runDoctor(loaded: Loaded<typeof doctorSettings>): Promise<number> {
  const findings: Finding[] = [];
  for (const { title, look } of sections(loaded)) {
    process.stdout.write(`${title}\n`);
    for (const finding of await look()) {
      findings.push(finding);
      process.stdout.write(`  ${SIGNS[finding.level]}  ${finding.text}\n`);
    }
  }
  process.stdout.write(`\n${verdict(findings)}\n`);
  return findings.some(({ level }) => level === 'bad') ? 1 : 0;
}

// clients/web/src/pages/node/log-lines.ts - a machine's log lines for reading: when, how bad, what, and the facts. A line is
// whatever the machine sent: what is no line of a log is shown as it stands.

/** One line. `rest`: its facts, without what is the same in every line. */
export type LogLine = {
  readonly atMs: number | undefined;
  readonly level: string;
  readonly event: string;
  readonly rest: string;
};

const SAME = new Set(['time', 'level', 'event', 'role', 'pid', 'session']);

/** Reads one line. */
export function readLogLine(line: string): LogLine {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    json = undefined;
  }
  if (typeof json !== 'object' || json === null) return { atMs: undefined, level: '', event: '', rest: line };
  const field = (name: string): string => {
    const value: unknown = Reflect.get(json, name);
    return typeof value === 'string' ? value : '';
  };
  const atMs = Date.parse(field('time'));
  const facts = Object.entries(json).filter(([name]) => !SAME.has(name));
  return {
    atMs: Number.isFinite(atMs) ? atMs : undefined,
    level: field('level'),
    event: field('event'),
    rest: facts
      .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
      .join(', '),
  };
}

// src/observe/log.ts - logs are events: `log.info({ sessionId }, 'session.ended')`. Levels as in CONTRIBUTING.md.
// Secrets cannot slip in: fields with these names are cut out wherever they stand, addresses lose their last part.
import { pino } from 'pino';

/** What the rest of the program may call. The first argument holds facts, the second names the event. */
export type Log = {
  error(facts: object, event: string): void;
  warn(facts: object, event: string): void;
  info(facts: object, event: string): void;
  debug(facts: object, event: string): void;
  trace(facts: object, event: string): void;
  child(facts: object): Log;
};

const SECRET_FIELDS = [
  'token',
  'ticket',
  'secret',
  'password',
  'credential',
  'signature',
  'privateKey',
  'sdp',
  'cookie',
  'authorization',
];

/** Levels that `--log-level` takes. */
export type LogLevel = 'error' | 'warn' | 'info' | 'debug' | 'trace';

/**
 * Opens the process's log on standard error, one JSON object a line.
 * @param role which process writes: 'hub', 'relay', 'node', 'slot', 'up'
 * @param also hears each line too, as it stands in the log
 */
export function openLog(role: string, level: LogLevel = 'info', also?: (line: string) => void): Log {
  const out = pino.destination({ dest: 2, sync: true });
  const both = {
    write(line: string): void {
      out.write(line);
      also?.(line);
    },
  };
  return pino(
    {
      level,
      base: { role, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]), censor: '[cut]' },
      messageKey: 'event',
    },
    both,
  );
}

/** A log that says nothing, for tests. */
export const silentLog: Log = {
  error: () => {},
  warn: () => {},
  info: () => {},
  debug: () => {},
  trace: () => {},
  child: () => silentLog,
};

/** An address fit for a log: an IPv4 address without its last part, an IPv6 address with its first three groups. */
export function cutAddress(address: string): string {
  const plain = address.replace(/^::ffff:/i, '');
  if (/^\d+\.\d+\.\d+\.\d+$/.test(plain)) return plain.replace(/\.\d+$/, '.x');
  return plain.includes(':') ? `${plain.split(':').slice(0, 3).join(':')}:x` : plain;
}

// src/server/mail/smtp.ts - mail to operators over a server that the hub's owner names. One connection a mail: there are few, and
// a server that was away for an hour is simply asked again.
import { createTransport } from 'nodemailer';
import type { Log } from '../../observe/log.ts';

const CONNECT_MS = 10_000;
const ANSWER_MS = 20_000;

/** A mail in plain text. */
type Mail = { readonly subject: string; readonly text: string };
/** Sends a mail; false when the server did not take it. */
export type SendMail = (to: string, mail: Mail) => Promise<boolean>;

/** Mail by the server at `url`, from the address `from`. */
export function smtpMail({
  url,
  from,
  log,
}: {
  readonly url: string;
  readonly from: string;
  readonly log: Log;
}): SendMail {
  const transport = createTransport({
    url,
    ...{ connectionTimeout: CONNECT_MS, greetingTimeout: CONNECT_MS, socketTimeout: ANSWER_MS },
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  return async (to, { subject, text }) => {
    try {
      await transport.sendMail({ from, to: { name: '', address: to }, subject, text });
      return true;
    } catch (cause) {
      // Its words may hold the address; the code says what to do.
      const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
      log.warn({ code }, 'mail.not-taken');
      return false;
    }
  };
}

// test/support/smtp.ts - a small mail server on loopback: takes what is sent, or refuses everything. RFC 5321 as far as one client
// needs it.
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';

/** A mail that was taken. `text` is the decoded body. */
export type TakenMail = { readonly from: string; readonly to: string; readonly subject: string; readonly text: string };

/** The server. `refusing`: it answers every mail with 451. */
export type SmtpServer = {
  readonly url: string;
  readonly mails: TakenMail[];
  refusing: boolean;
  stop(): Promise<void>;
};

function words(encoded: string): string {
  return encoded.replace(/=\?UTF-8\?([QB])\?([^?]*)\?=\s*/gi, (_, kind: string, text: string) => {
    if (kind.toUpperCase() === 'B') return Buffer.from(text, 'base64').toString('utf8');
    return quoted(text.replaceAll('_', ' '));
  });
}

function quoted(text: string): string {
  const bytes = text
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

function read(from: string, to: string, data: string): TakenMail {
  const at = data.indexOf('\r\n\r\n');
  const head = data.slice(0, at).replace(/\r\n[ \t]+/g, ' ');
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1] ?? '';
  const body = data.slice(at + 4).replace(/^\.\./gm, '.');
  const coding = field('Content-Transfer-Encoding').trim().toLowerCase();
  const text =
    coding === 'base64'
      ? Buffer.from(body, 'base64').toString('utf8')
      : coding === 'quoted-printable'
        ? quoted(body)
        : body;
  return { from, to, subject: words(field('Subject')), text: text.replaceAll('\r\n', '\n') };
}

function serve(server: SmtpServer, socket: Socket): void {
  let [from, to, data, inData, rest] = ['', '', '', false, ''];
  const say = (line: string) => socket.write(`${line}\r\n`);
  const line = (text: string): void => {
    if (inData && text !== '.') {
      data += `${text}\r\n`;
      return;
    }
    const address = /<([^>]*)>/.exec(text)?.[1] ?? '';
    const verb = text.slice(0, 4).toUpperCase();
    if (inData) {
      inData = false;
      if (!server.refusing) server.mails.push(read(from, to, data));
      return void say(server.refusing ? '451 later' : '250 taken');
    }
    if (verb === 'EHLO' || verb === 'HELO') return void say('250 loopback');
    if (verb === 'MAIL') from = address;
    if (verb === 'RCPT') to = address;
    if (verb === 'DATA') {
      [inData, data] = [true, ''];
      return void say('354 go on');
    }
    say(verb === 'QUIT' ? '221 bye' : '250 well');
    if (verb === 'QUIT') socket.end();
  };
  say('220 loopback');
  socket.on('error', () => socket.destroy());
  socket.on('data', (piece) => {
    const lines = (rest + piece.toString('latin1')).split('\r\n');
    rest = lines.pop() ?? '';
    for (const each of lines) line(each);
  });
}

/** Starts one on a free port. */
export async function smtpServer(): Promise<SmtpServer> {
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket.on('close', () => sockets.delete(socket)));
    serve(server, socket);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const server: SmtpServer = {
    url: `smtp://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    mails: [],
    refusing: false,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => listener.close(() => resolve()));
    },
  };
  return server;
}

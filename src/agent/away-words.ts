// src/agent/away-words.ts - why the hub does not answer and what its operator can do, from what the socket said.

const WORDS: readonly (readonly [said: RegExp, words: string])[] = [
  [/ECONNREFUSED/, 'nothing listens there; is --hub its address, and does it run?'],
  [/ENOTFOUND|EAI_AGAIN/, 'no machine has this name; is --hub spelled right, and does DNS work here?'],
  [/EHOSTUNREACH|ENETUNREACH/, 'there is no way to it from this machine; look at the network'],
  [/ETIMEDOUT|handshake has timed out/, 'no answer in time; does a firewall stand between?'],
  [/wrong version number|packet length too long/, 'no TLS is spoken there; write http:// instead of https://'],
  [/certificate has expired/, 'its certificate has expired; tell its owner'],
  [
    /certificate/,
    'its certificate cannot be checked here; where the hub has an authority of its own, start with NODE_EXTRA_CA_CERTS=FILE, its tls-ca.pem',
  ],
  [/server response: 30[1278]/, 'it sends us elsewhere; is it https:// instead of http://?'],
  [/server response: (4|200)/, 'something answers there that is no hub; is --hub its address?'],
  [/^closed \(/, 'it ended the connection; perhaps it is being started again'],
  [/server response: 5/, 'it, or a proxy before it, has a fault'],
];

/** A clause that ends without a full stop; what the socket said itself, on one line, where we know no better. */
export function awayWords(trouble: string): string {
  const known = WORDS.find(([said]) => said.test(trouble));
  return known === undefined ? trouble.replace(/\s+/g, ' ').trim() : known[1];
}

// src/main/noted-chain.ts - which chain the coins of a database lie on. A database knows one chain: coins, nonces and blocks of
// two would meet in one book, so a start with another one is refused before anything is read or written.
import type { Currency } from '../billing/ledger.ts';
import type { SigningDomain } from '../protocol/typed-data.ts';
import type { Database } from '../storage/database.ts';
import { readNote } from '../storage/notes.ts';
import { chainKinds } from './hub-chain.ts';
import { StartError } from './role.ts';

/** Note that says where signatures of a currency count: chain id and contract. */
export const domainNote = (currency: Currency): string => `domain/${currency}`;
/** What such a note says of a domain. */
export const domainText = ({ chainId, verifyingContract }: SigningDomain): string => `${chainId} ${verifyingContract}`;
/** What such a note says. */
export function domainOf(text: string): SigningDomain {
  const [chainId = '0', contract = ''] = text.split(' ');
  return { chainId: BigInt(chainId), verifyingContract: `0x${contract.slice(2)}` };
}

const DEV = chainKinds.dev.chainId;

function nameOf({ chainId, verifyingContract }: SigningDomain): string {
  const known = Object.entries(chainKinds).find(([, kind]) => kind.chainId === chainId)?.[0];
  return `${known === undefined ? `chain ${chainId}` : `--chain ${known}`} (contract ${verifyingContract})`;
}

/**
 * Refuses a chain that is not the one a database was used with. Two lives of a development chain are told apart elsewhere.
 * @throws StartError when it is another one, OutageError
 */
export async function refuseOtherChain(database: Database, domain: SigningDomain): Promise<void> {
  const text = await readNote(database, domainNote('DBC'));
  if (text === undefined) return;
  const noted = domainOf(text);
  if (noted.chainId === DEV && domain.chainId === DEV) return;
  if (domainText(noted).toLowerCase() === domainText(domain).toLowerCase()) return;
  throw new StartError(
    `this database was used with ${nameOf(noted)}, and now it is to be used with ${nameOf(domain)}. Coins of two chains never lie in one database: start with the chain from before, or with another --data folder (with --database-url: another database)`,
  );
}

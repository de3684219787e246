// test/unit/web/wallet/injected-wallet.test.ts - what a wallet answers with, and what the person is told when it is of no use.
import { afterEach, expect, test } from 'vitest';
import { problemPlans } from '../../../../clients/web/src/ui/problem-words.ts';
import { findWallets } from '../../../../clients/web/src/wallet/injected-wallet.ts';

const address = `0x${'ab'.repeat(20)}`;

/** A page with one extension, which signs with `signature`. */
function extension(signature: string): void {
  const page = new EventTarget();
  Reflect.set(globalThis, 'window', page);
  const request = async ({ method }: { method: string }) => (method === 'personal_sign' ? signature : [address]);
  const announce = () =>
    page.dispatchEvent(
      new CustomEvent('eip6963:announceProvider', { detail: { info: { name: 'Safe' }, provider: { request } } }),
    );
  page.addEventListener('eip6963:requestProvider', announce);
}
afterEach(() => {
  Reflect.deleteProperty(globalThis, 'window');
});

const signed = async (signature: string) => {
  extension(signature);
  const [found] = await findWallets();
  return (await found?.connect())?.signText('hello');
};

// Goal: nobody with a contract wallet is told that they declined. Method: signatures as such wallets give them.
test('a signature that only a contract could check is told as that, a key’s is taken', async () => {
  const key = `0x${'11'.repeat(64)}1b`;
  expect(await signed(key)).toBe(key);
  expect(await signed(`${key.slice(0, -2)}00`)).toBe(key);
  for (const other of [`${key}${key.slice(2)}`, '0x', `0x${'22'.repeat(320)}`]) {
    await expect(signed(other)).rejects.toMatchObject({ problem: { code: 'WALLET_IS_CONTRACT' } });
  }
  expect(problemPlans.LOGIN_BAD_SIGNATURE).toEqual(problemPlans.WALLET_IS_CONTRACT); // A contract's owner key signs 65 bytes too.
});

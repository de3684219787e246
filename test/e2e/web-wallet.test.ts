// test/e2e/web-wallet.test.ts - what a page says when a wallet extension says no: each reason in words of its own, in every
// language, and nothing is sent. Method: the built page against a scripted hub, with an EIP-6963 extension of the test's.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { InjectedWallet, NAME, REJECTED } from './support/injected.ts';
import { fakeDomain } from './web/fake-facts.ts';
import { type Stage, setStage } from './web/harness.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage?.close());

const WORDS = {
  en: {
    locale: 'en-GB',
    noSignature: 'The wallet gave no signature.',
    deposit: 'Deposit',
    amount: 'DBC to deposit',
    notSent: 'The wallet did not send it. Nothing moved.',
    otherChain: 'The wallet stays on another chain. Nothing moved.',
    otherAccount: 'The wallet now shows another account.',
  },
  'zh-Hant': {
    locale: 'zh-TW',
    noSignature: '錢包沒有給簽名。',
    deposit: '存入',
    amount: '存入多少 DBC',
    notSent: '錢包沒有送出，什麼都沒動。',
    otherChain: '錢包還在另一條鏈上，什麼都沒動。',
    otherAccount: '錢包換了帳戶',
  },
  'zh-Hans': {
    locale: 'zh-CN',
    noSignature: '钱包没有给签名。',
    deposit: '充值',
    amount: '充值数量（DBC）',
    notSent: '钱包没有发送，没有任何变动。',
    otherChain: '钱包仍在另一条链上，没有任何变动。',
    otherAccount: '钱包换了账户',
  },
} as const;

test.each(Object.entries(WORDS))(
  '%s: a refusal, another chain and another account are told apart',
  async (_, words) => {
    const wallet = new InjectedWallet(fakeDomain.chainId, async () => {
      throw { code: -32_000, message: 'no node behind this wallet' };
    });
    const context = await stage.browser.newContext({ locale: words.locale });
    await wallet.enter(context);
    const page = await context.newPage();
    const sent = stage.hub.money.sent.size;

    // The person does not let the page in; then in, but signs no login; then signs.
    wallet.refuses.set('eth_requestAccounts', REJECTED);
    await page.goto(`${stage.origin}/account`);
    await page.getByRole('button', { name: NAME }).click();
    await page.getByText(words.noSignature).waitFor();
    wallet.refuses.delete('eth_requestAccounts');
    wallet.refuses.set('personal_sign', REJECTED);
    await page.getByRole('button', { name: NAME }).click();
    await page.getByText(words.noSignature).waitFor();
    wallet.refuses.clear();
    await page.goto(`${stage.origin}/account`); // The chosen extension comes back without a question.

    // A deposit: declined, on another chain that the wallet does not leave, and with another account shown.
    await page.getByRole('button', { name: words.deposit, exact: true }).click();
    const dialog = page.getByRole('dialog');
    const deposit = async (): Promise<void> => {
      await dialog.getByLabel(words.amount).fill('1');
      await dialog.getByLabel(words.amount).press('Enter');
    };
    wallet.refuses.set('eth_sendTransaction', REJECTED);
    await deposit();
    await dialog.locator('[data-act=declined]').filter({ hasText: words.notSent }).waitFor();
    wallet.chainId = 1n;
    wallet.refuses.set('wallet_switchEthereumChain', REJECTED);
    await deposit();
    await dialog.locator('[data-act=otherChain]').filter({ hasText: words.otherChain }).waitFor();
    wallet.account = `0x${'12'.repeat(20)}`;
    await deposit();
    await dialog.locator('[data-act=otherAccount]').filter({ hasText: words.otherAccount }).waitFor();
    expect(stage.hub.money.sent.size).toBe(sent);

    // Control: the same wallet, on another chain that it may leave, is asked to send.
    wallet.refuses.clear();
    wallet.account = wallet.address;
    const asked = wallet.asked.filter((method) => method === 'eth_sendTransaction').length;
    await deposit();
    await expect.poll(() => wallet.asked.filter((method) => method === 'eth_sendTransaction').length).toBe(asked + 1);
    expect(wallet.chainId).toBe(BigInt(stage.hub.money.chain.chainId));
    await context.close();
  },
);

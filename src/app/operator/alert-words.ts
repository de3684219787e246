// src/app/operator/alert-words.ts - what a mail about an alert says, in the three languages.
import { isoDay } from '../../base/iso-day.ts';
import { formatDbc } from '../../base/units.ts';
import type { AlertKind, Phase } from '../../pool/alerts.ts';
import type { KeptAlert, Language, MailWords } from './ports.ts';

const MS_PER_DAY = 86_400_000;
const MS_PER_MINUTE = 60_000;

/** A Unix time as people read it everywhere: '2026-11-26 19:31 UTC'. */
export function minuteText(atMs: number): string {
  const minutes = Math.floor((atMs % MS_PER_DAY) / MS_PER_MINUTE);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${isoDay(Math.floor(atMs / MS_PER_DAY))} ${two(Math.floor(minutes / 60))}:${two(minutes % 60)} UTC`;
}

type Said = Readonly<Record<AlertKind, Readonly<Record<Phase, (of: string, facts: KeptAlert['facts']) => string>>>>;
const since = ({ sinceMs }: KeptAlert['facts']): string => minuteText(Number(sinceMs ?? 0));
const coins = ({ redeemableWei }: KeptAlert['facts']): string => formatDbc(BigInt(redeemableWei ?? 0), 4);

const WORDS: Readonly<Record<Language, { readonly account: string; readonly look: string; readonly said: Said }>> = {
  en: {
    account: 'Your account',
    look: 'Look at your machines',
    said: {
      offline: {
        began: (of, facts) => `${of} is not heard since ${since(facts)}`,
        ended: (of) => `${of} is back`,
      },
      check: {
        began: (of, { checks }) => `${of} can run no game, it lacks: ${checks}`,
        ended: (of) => `${of} has what games need again`,
      },
      suspended: {
        began: (of) => `${of} was suspended by those who run the hub`,
        ended: (of) => `${of} is not suspended any more`,
      },
      stake: {
        began: (of) =>
          `The stake of ${of} is not enough: it was cut, is leaving, or the machine rents out more cards than before`,
        ended: (of) => `The stake of ${of} is enough again`,
      },
      identity: {
        began: (of, { from }) =>
          `A second machine, at ${from}, uses the key of ${of} and was refused: give it a data folder of its own and a new token`,
        ended: (of) => `No second machine has used the key of ${of} for an hour`,
      },
      payout: { began: (_, facts) => `${coins(facts)} DBC can be redeemed`, ended: () => 'The payout was taken' },
    },
  },
  'zh-Hant': {
    account: '你的帳戶',
    look: '查看你的機器',
    said: {
      offline: { began: (of, facts) => `${of} 從 ${since(facts)} 起沒有回報`, ended: (of) => `${of} 回來了` },
      check: {
        began: (of, { checks }) => `${of} 無法執行遊戲，缺少：${checks}`,
        ended: (of) => `${of} 又具備遊戲所需`,
      },
      suspended: { began: (of) => `${of} 被主站的管理者停用`, ended: (of) => `${of} 已恢復` },
      stake: {
        began: (of) => `${of} 的質押不夠：被扣除、正在退出，或出租的顯卡變多了`,
        ended: (of) => `${of} 的質押又夠了`,
      },
      identity: {
        began: (of, { from }) => `${from} 的另一台機器使用了 ${of} 的金鑰，已被拒絕：請給它自己的資料夾和新的權杖`,
        ended: (of) => `一小時內沒有別的機器使用 ${of} 的金鑰`,
      },
      payout: { began: (_, facts) => `有 ${coins(facts)} DBC 可以領取`, ended: () => '收入已領取' },
    },
  },
  'zh-Hans': {
    account: '你的账户',
    look: '查看你的机器',
    said: {
      offline: { began: (of, facts) => `${of} 从 ${since(facts)} 起没有上报`, ended: (of) => `${of} 回来了` },
      check: {
        began: (of, { checks }) => `${of} 无法运行游戏，缺少：${checks}`,
        ended: (of) => `${of} 又具备游戏所需`,
      },
      suspended: { began: (of) => `${of} 被本站管理者停用`, ended: (of) => `${of} 已恢复` },
      stake: {
        began: (of) => `${of} 的质押不够：被扣除、正在退出，或出租的显卡变多了`,
        ended: (of) => `${of} 的质押又够了`,
      },
      identity: {
        began: (of, { from }) => `${from} 的另一台机器使用了 ${of} 的密钥，已被拒绝：请给它单独的数据目录和新的令牌`,
        ended: (of) => `一小时内没有别的机器使用 ${of} 的密钥`,
      },
      payout: { began: (_, facts) => `有 ${coins(facts)} DBC 可以领取`, ended: () => '收益已领取' },
    },
  },
};

/** One of the two messages of an alert. */
export type AlertMessage = { readonly alert: KeptAlert; readonly phase: Phase };

/** The mail about what is to be said at once, one message or more. `page`: address of the operator's page. */
export function alertMail(language: Language, messages: readonly AlertMessage[], page: string): MailWords {
  const { account, look, said } = WORDS[language];
  const told = messages.map(({ alert, phase }) => {
    const line = said[alert.kind][phase](alert.name === '' ? account : alert.name, alert.facts);
    const atMs = phase === 'began' ? alert.beganAtMs : (alert.endedAtMs ?? alert.beganAtMs);
    return { line, text: `${line}\n${minuteText(atMs)}\n` };
  });
  const more = told.length > 1 ? ` (+${told.length - 1})` : '';
  return {
    subject: `Nearcade: ${told[0]?.line ?? ''}${more}`,
    text: `${told.map(({ text }) => text).join('\n')}\n${look}: ${page}\n`,
  };
}

const CODES: Readonly<Record<Language, (code: string) => MailWords>> = {
  en: (code) => ({
    subject: `Nearcade: ${code} confirms this address`,
    text: `Type ${code} on the page of your machines, and alerts come to this address.\nWhoever did not ask for that need do nothing.\n`,
  }),
  'zh-Hant': (code) => ({
    subject: `Nearcade：確認碼 ${code}`,
    text: `在機器頁面輸入 ${code}，警示就會寄到這個地址。\n如果不是你要求的，不必理會。\n`,
  }),
  'zh-Hans': (code) => ({
    subject: `Nearcade：确认码 ${code}`,
    text: `在机器页面输入 ${code}，告警就会发到这个地址。\n如果不是你要求的，不必理会。\n`,
  }),
};

/** The mail that proves an address. */
export function codeMail(language: Language, code: string): MailWords {
  return CODES[language](code);
}

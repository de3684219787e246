// clients/web/src/i18n/zh-hant/account.ts - 帳戶頁的字。
import type { Words } from '../words.ts';

/** 繁體中文。 */
export const account: Words['account'] = {
  title: '帳戶',
  balance: '餘額',
  held: '進行中遊戲的保留金額',
  spent: '今天花了',
  wallet: '錢包',
  walletDevelopment: '存在這個瀏覽器，只用於試玩幣。清除瀏覽器資料就會失去它。',
  logout: '登出',
  loggedOut: '你已登出。下次玩遊戲時會再登入。',
  cap: {
    title: '你每天的上限',
    text: '到了就停。調低立刻生效，調高要到明天。',
    label: '每天 DBC',
    none: '還沒有設定上限。',
    left: '今天 {{cap}} DBC 還剩 {{left}}',
    saved: '已儲存。',
    remove: '取消上限',
    bad: '請輸入數字，例如 25 或 12.5',
  },
  sessions: {
    title: '你玩過的',
    none: '還沒有。收據會出現在這裡。',
    game: '遊戲',
    node: '機器',
    when: '開始',
    time: '計費時間',
    cost: '花費',
    running: '進行中',
    receipt: '收據',
  },
  income: '出租顯卡',
};

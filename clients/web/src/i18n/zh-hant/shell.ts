// clients/web/src/i18n/zh-hant/shell.ts - 每一頁共用的字。
import type { Words } from '../words.ts';

/** 繁體中文。 */
export const shell: Words['shell'] = {
  tagline: '最近的 GPU，就是你的遊戲廳。',
  skip: '跳到內容',
  menu: '頁面',
  nav: { home: 'Nearcade 首頁', play: '玩遊戲', test: '測線路', account: '帳戶', node: '出租顯卡' },
  choices: '語言與明暗',
  language: '語言',
  look: '明暗',
  looks: { auto: '隨頁面', dark: '深色', light: '淺色' },
  playMoney: '試玩幣',
  playMoneyHint: '這裡的幣沒有價值，也帶不走。不會真的收錢。',
  loading: '稍等一下…',
  copy: '複製',
  copied: '已複製',
  cancel: '取消',
  close: '關閉',
  back: '返回',
  again: '再試一次',
  save: '儲存',
  perHour: '每小時 {{amount}}',
  notFound: { title: '這裡什麼都沒有', text: '這個網址沒有對應的頁面，可能少打了一個字。', home: '回首頁' },
  broken: {
    title: '頁面出錯了',
    text: '是我們的問題。重新整理通常就好；進行中的遊戲會繼續，等你回來。',
    reload: '重新整理',
  },
  path: { direct: '直連', relay: '經中繼', 'relay-tcp': '經中繼（TCP）' },
  rateTaken: '匯率取自 {{time}}，{{source}}',
  rateFixed: '人工設定',
  wallet: {
    choose: '選一個錢包',
    text: '用來登入。不花錢，也不動任何幣。',
    development: '這個瀏覽器的錢包',
    developmentHint: '只用於試玩幣：在這裡產生，存在這裡。',
    none: '找不到錢包外掛。請安裝支援 EIP-6963 的錢包，再重新整理。',
    connecting: '請看你的錢包，它在等你確認。',
  },
};

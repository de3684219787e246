// clients/web/src/i18n/zh-hant/node.ts - 營運者頁的字。
import type { Words } from '../words.ts';

/** 繁體中文。 */
export const node: Words['node'] = {
  title: '出租顯卡',
  lead: '你的機器替附近的玩家畫遊戲。兌現承諾的每一秒都有收入，空轉沒有。',
  join: {
    title: '加入一台機器',
    text: '需要 Linux 和 18 以上任何版本的 Node。權杖只能用一次、給一台機器，並把它的金鑰綁到你的錢包。',
    make: '產生加入指令',
    another: '再產生一個',
    command: '在那台機器的 Nearcade 目錄裡執行',
    until: '{{time}} 前有效。',
    seen: '加入之後，機器會出現在下面。',
  },
  list: {
    title: '你的機器',
    none: '還沒有。產生指令並執行，幾秒內就會出現在這裡。',
    name: '機器',
    region: '地區',
    state: '狀態',
    states: { online: '在線', draining: '收尾中', offline: '離線' },
    seats: '使用中的位子',
    seatsOf: '{{used}} / {{all}}',
    earned: '收入',
    seen: '最後回報',
    now: '剛剛',
  },
  total: '總收入',
  notYet: {
    title: '這裡還沒有的',
    text: '設定加價、在此頁收尾下線、每日收入、質押與提領。這些會隨鏈與營運者主控台一起推出。現在要停一台機器，在它上面按 Ctrl-C：不再接新玩家，正在玩的結束後就退出。',
  },
};

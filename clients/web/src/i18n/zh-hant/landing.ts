// clients/web/src/i18n/zh-hant/landing.ts - 首頁的字。
import type { Words } from '../words.ts';

/** 繁體中文。 */
export const landing: Words['landing'] = {
  lead: '按下開始，我們就量你到附近每張 GPU 的每條路，挑最好的那條。只有兌現承諾的每一秒才收費。',
  play: '馬上玩',
  test: '測線路',
  radar: {
    you: '你',
    last: '你上次的測量，{{ago}}',
    none: '還沒從這裡量過',
    rings: '三圈依序是來回 20、40、80 ms',
  },
  live: {
    title: '此刻',
    nodes_other: '台節點在線',
    seats_other: '個空位',
    regions_other: '個地區',
    price: '一枚 DBC',
    none: '現在沒有節點在線。它們來來去去，過一分鐘再看看。',
  },
  doors: {
    play: { title: '玩遊戲', text: '兩秒內在這個分頁開玩，什麼都不用裝。', go: '挑一款' },
    test: { title: '測線路', text: '先用數字看看你的瀏覽器和網路行不行。', go: '開始測' },
    node: { title: '出租顯卡', text: '一行指令加入。你的機器每提供一秒好畫面，你就有收入。', go: '加入一台' },
    cafe: { title: '經營網咖', text: '座位、收銀、會員、報表。座位就是瀏覽器，遊戲在附近的機器上跑。', go: '開啟櫃檯' },
  },
  facts: {
    title: '我們說的「近」',
    measured: {
      title: '量出來的，不是猜的',
      text: '同時對最多五台機器，沿著畫面真正要走的路各打二十次回音。誰最近就用誰，原因攤開給你看。',
    },
    good: {
      title: '只收好的那幾秒',
      text: '畫面太少、卡住、線路太慢的那一秒不收費。你的瀏覽器數一次，機器數一次，以較少的計費。',
    },
    receipt: {
      title: '筆筆有收據',
      text: '費率、銷毀、手續費、營運者所得，算到最後一位，有簽章，歸你保存。不靠我們也能驗。',
    },
  },
  footer: { licence: '開放原始碼，Apache-2.0', api: 'API', version: '版本 {{version}}' },
};

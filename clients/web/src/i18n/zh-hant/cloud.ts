// clients/web/src/i18n/zh-hant/cloud.ts - words about what the cloud costs a café.
import type { Words } from '../words.ts';

/** 繁體中文。 */
export const cloud: Words['cloud'] = {
  title: '雲端花費',
  facts: {
    balance: '可用的幣',
    lasts: '照目前用量可撐',
    hour: '目前每小時花費',
    machines: '運作中的主機',
    today: '今天已花',
  },
  nothingRuns: '目前沒有花費',
  ladder: '不足一天和四小時時，座位頁會提醒；不足半小時就不再開新機，進行中的照常。客人已付的時間會先留著。',
  topUp: '儲值',
  limit: '上限',
  most: '最多',
  now: '目前',
  capsHint: '在「價格」設定。每班、每個座位和每座位小時的上限，每次開機前會檢查。',
  zones: '今天各區毛利',
  hourly: '每小時毛利',
};

// clients/web/src/i18n/zh-hans/cloud.ts - words about what the cloud costs a café.
import type { Words } from '../words.ts';

/** 简体中文。 */
export const cloud: Words['cloud'] = {
  title: '云端花费',
  facts: {
    balance: '可用的币',
    lasts: '按目前用量可撑',
    hour: '目前每小时花费',
    machines: '运行中的主机',
    today: '今天已花',
  },
  nothingRuns: '目前没有花费',
  ladder: '不足一天和四小时时，机位页会提醒；不足半小时就不再开新机，进行中的照常。客人已付的时间会先留着。',
  topUp: '充值',
  limit: '上限',
  most: '最多',
  now: '目前',
  capsHint: '在“价格”设置。每班、每个机位和每机位小时的上限，每次开机前会检查。',
  zones: '今天各区毛利',
  hourly: '每小时毛利',
};

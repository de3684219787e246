// clients/web/src/i18n/zh-hans/landing.ts - 首页的字。
import type { Words } from '../words.ts';

/** 简体中文。 */
export const landing: Words['landing'] = {
  lead: '点开始，我们就测你到附近每块 GPU 的每条线路，选最好的一条。只有兑现承诺的那些秒才计费。',
  play: '马上玩',
  test: '测网络',
  radar: {
    you: '你',
    last: '你上次测的结果，{{ago}}',
    none: '还没有从这里测过',
    rings: '三圈分别是往返 20、40、80 ms',
  },
  live: {
    title: '现在',
    nodes_other: '台节点在线',
    seats_other: '个空位',
    regions_other: '个地区',
    price: '一枚 DBC',
    none: '现在没有节点在线。节点随时上下线，一分钟后再看看。',
  },
  doors: {
    play: { title: '玩游戏', text: '两秒内在这个标签页开玩，什么都不用装。', go: '选一款' },
    test: { title: '测网络', text: '先用数字看看你的浏览器和网络行不行。', go: '开始测' },
    node: { title: '出租显卡', text: '一条命令接入。你的机器每提供一秒好画面，你就有收入。', go: '接入一台' },
    cafe: {
      title: '经营网吧',
      text: '机位、收银、会员、报表。机位就是浏览器，游戏在附近的机器上跑。',
      go: '打开收银台',
    },
  },
  facts: {
    title: '我们说的“近”',
    measured: {
      title: '测出来的，不是猜的',
      text: '同时对最多五台机器，沿着画面真正要走的线路各发二十次回声。谁最近就用谁，原因都给你看。',
    },
    good: {
      title: '只收好的那些秒',
      text: '画面太少、卡顿、线路太慢的那一秒不收费。你的浏览器数一遍，机器数一遍，按少的算。',
    },
    receipt: {
      title: '每笔都有收据',
      text: '费率、销毁、手续费、运营者所得，精确到最后一位，带签名，归你保存。不靠我们也能核对。',
    },
  },
  footer: { licence: '开源，Apache-2.0', api: 'API', version: '版本 {{version}}' },
};

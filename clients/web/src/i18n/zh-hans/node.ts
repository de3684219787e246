// clients/web/src/i18n/zh-hans/node.ts - 运营者页的字。
import type { Words } from '../words.ts';

/** 简体中文。 */
export const node: Words['node'] = {
  title: '出租显卡',
  lead: '你的机器替附近的玩家渲染游戏。兑现承诺的每一秒都有收入，空转没有。',
  join: {
    title: '接入一台机器',
    text: '需要 Linux 和 18 以上任意版本的 Node。令牌只能用一次、给一台机器，并把它的密钥绑定到你的钱包。',
    make: '生成接入命令',
    another: '再生成一个',
    command: '在那台机器的 Nearcade 目录里运行',
    until: '{{time}} 之前有效。',
    seen: '接入之后，机器会出现在下面。',
  },
  list: {
    title: '你的机器',
    none: '还没有。生成命令并运行，几秒内就会出现在这里。',
    name: '机器',
    region: '地区',
    state: '状态',
    states: { online: '在线', draining: '收尾中', offline: '离线' },
    seats: '在用座位',
    seatsOf: '{{used}} / {{all}}',
    earned: '收入',
    seen: '最后上报',
    now: '刚刚',
  },
  total: '总收入',
  notYet: {
    title: '这里还没有的',
    text: '设置加价、在本页收尾下线、每日收入、质押与提现。这些会随链和运营者控制台一起推出。现在要停一台机器，在它上面按 Ctrl-C：不再接新玩家，正在玩的结束后就退出。',
  },
};

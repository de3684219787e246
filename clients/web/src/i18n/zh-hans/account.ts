// clients/web/src/i18n/zh-hans/account.ts - 账户页的字。
import type { Words } from '../words.ts';

/** 简体中文。 */
export const account: Words['account'] = {
  title: '账户',
  balance: '余额',
  held: '进行中的游戏已冻结',
  spent: '今天花了',
  wallet: '钱包',
  walletDevelopment: '存在这个浏览器，只用于试玩币。清除浏览器数据就会丢失。',
  logout: '退出登录',
  loggedOut: '你已退出登录。下次玩游戏时会重新登录。',
  cap: {
    title: '你每天的上限',
    text: '到了就停。调低立刻生效，调高要到明天。',
    label: '每天 DBC',
    none: '还没有设上限。',
    left: '今天 {{cap}} DBC 还剩 {{left}}',
    saved: '已保存。',
    remove: '取消上限',
    bad: '请输入数字，例如 25 或 12.5',
  },
  sessions: {
    title: '你玩过的',
    none: '还没有。收据会出现在这里。',
    game: '游戏',
    node: '机器',
    when: '开始',
    time: '计费时间',
    cost: '花费',
    running: '进行中',
    receipt: '收据',
  },
  income: '出租显卡',
};

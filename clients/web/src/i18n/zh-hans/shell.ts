// clients/web/src/i18n/zh-hans/shell.ts - 每个页面共用的字。
import type { Words } from '../words.ts';

/** 简体中文。 */
export const shell: Words['shell'] = {
  tagline: '最近的 GPU，就是你的游戏厅。',
  skip: '跳到正文',
  menu: '页面',
  nav: { home: 'Nearcade 首页', play: '玩游戏', test: '测网络', account: '账户', node: '出租显卡' },
  choices: '语言与明暗',
  language: '语言',
  look: '明暗',
  looks: { auto: '随页面', dark: '深色', light: '浅色' },
  playMoney: '试玩币',
  playMoneyHint: '这里的币不值钱，也带不走，不会真的扣费。',
  loading: '稍等…',
  copy: '复制',
  copied: '已复制',
  cancel: '取消',
  close: '关闭',
  back: '返回',
  again: '再试一次',
  save: '保存',
  perHour: '每小时 {{amount}}',
  notFound: { title: '这里没有内容', text: '这个网址没有对应的页面，可能少了一个字母。', home: '回首页' },
  broken: {
    title: '页面出错了',
    text: '是我们的问题。刷新一般就好；正在进行的游戏会继续，等你回来。',
    reload: '刷新',
  },
  path: { direct: '直连', relay: '走中继', 'relay-tcp': '走中继（TCP）' },
  rateTaken: '汇率取自 {{time}}，{{source}}',
  rateFixed: '人工设定',
  wallet: {
    choose: '选一个钱包',
    text: '用来登录，不花钱，也不动任何币。',
    development: '本浏览器的钱包',
    developmentHint: '只用于试玩币：在这里生成，存在这里。',
    none: '没有找到钱包插件。请安装支持 EIP-6963 的钱包后刷新。',
    connecting: '请看一下钱包，它在等你确认。',
  },
};

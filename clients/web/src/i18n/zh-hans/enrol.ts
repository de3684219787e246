// clients/web/src/i18n/zh-hans/enrol.ts - 无盘电脑页面的用语。
import type { Words } from '../words.ts';

/** 简体中文。 */
export const enrol: Words['enrol'] = {
  title: '开机就忘记浏览器的电脑',
  text: '无盘电脑没有昨天的浏览器：它靠开机共享里的一行文件认得自己的机位。其他电脑在机位图上用六位数配对一次就好。',
  list: '每行一台：机位，接着主机名或网卡地址',
  bad: {
    form: '第 {{line}} 行：“{{text}}”不是机位加主机名或网卡地址。',
    seat: '第 {{line}} 行：“{{text}}”的机位不存在。',
    twice: '第 {{line}} 行：“{{text}}”的机位或电脑重复了。',
  },
  tooMany: '一次最多 {{most}} 行。',
  make_other: '制作 {{count}} 台电脑的文件',
  made: '文件好了。读得到它的人就能冒充这些机位，请只让这些电脑读取。文件不会再显示，但可以重新制作。',
  save: '保存文件',
  stepShare: '放到电脑开机用的共享，只让它们读取。',
  stepBoot: '每台电脑开机后运行',
  stepSeat: '下次开机起，每台电脑会自己显示机位。',
  enrolled: '已登记的电脑',
  none: '还没有。',
  seat: '机位',
  host: '主机',
  device: '现况',
  take: '移除机位 {{seat}} 的那一行',
  again: '重新制作全部的文件',
  state: {
    here: '在线',
    away: '不在',
    never: '没来过',
    doubled: '两台电脑用同一行',
  },
};

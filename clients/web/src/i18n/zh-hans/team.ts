// clients/web/src/i18n/zh-hans/team.ts - 店员、密钥与审计的用语。
import type { Words } from '../words.ts';

/** 简体中文。 */
export const team: Words['team'] = {
  staff: '店内人员',
  role: '职务',
  wallet: '钱包',
  acts: '更改',
  remove: '移除',
  removeOf: '移除 {{name}}',
  leave: '离开这家店',
  walletOf: '钱包地址（0x…）',
  badWallet: '钱包地址是 0x 加 40 个数字或 a 到 f。',
  give: '授予职务',
  staffHint: '已在名单上的人会换成新的职务；填了姓名就一并更新。最后一位店主不能移除。',
  keys: '程序密钥',
  noKeys: '没有程序持有密钥。',
  slug: '简短代号',
  badSlug: '小写英文字母、数字与连字符，最多 24 个字符。',
  addKey: '创建密钥',
  keyOnce: '密钥只在这里显示一次。程序放在授权标头里发送。',
  hooks: '操作后通知',
  noHooks: '没有设置通知。',
  url: '网址',
  after: '在此之后',
  allActs: '所有操作',
  state: '状态',
  fine: '有响应',
  failing: '没有响应',
  addHook: '添加',
  hookOnce: '密钥只在这里显示一次，每次通知都用它签名。',
};

/** 简体中文。 */
export const audit: Words['audit'] = {
  act: '操作',
  every: '所有操作',
  onlyRefused: '只看被拒绝的',
  csv: '下载 CSV',
  none: '没有记录。',
  who: '谁',
  outcome: '结果',
  changed: '改动内容',
  done: '完成',
  refused: '拒绝：{{code}}',
  changes_other: '{{count}} 个字段',
  older: '更早的',
  key: '密钥 {{id}}',
  hub: '系统',
};

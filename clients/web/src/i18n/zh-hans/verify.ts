// clients/web/src/i18n/zh-hans/verify.ts - 验收据页的字，保存下来的那份也用。
import type { Words } from '../words.ts';

/** 简体中文。 */
export const verify: Words['verify'] = {
  title: '验证收据',
  lead: '所有签名和金额都在你自己的浏览器里重新计算。不上传任何内容，也不用问主站。',
  drop: '把收据（JSON 文件）拖进来',
  choose: '选择文件',
  paste: '或者粘贴内容',
  check: '验证',
  another: '再验一张',
  savedTitle: '脱离主站也能验',
  savedText: '这个页面有一份单文件版本，断网也能用。保存下来：哪怕主站关了或者撒谎，你的收据照样验得出来。',
  savedButton: '保存这个页面',
  isSaved: '这是保存的副本：不加载、不上传任何内容。',
  verdict: { holds: '这张收据属实。', wrong: '这张收据不属实。', form: '这不是收据。' },
  verdictText: {
    holds: '{{count}} 项全部成立。',
    wrong: '{{count}} 项中有 {{wrong}} 项不成立，列在最前面。',
    form: '文件无法按收据读取，因此什么都没有验。',
  },
  state: { holds: '成立', wrong: '不成立' },
  linesTitle: '逐项查看',
  misfit: {
    both: '字段 {{field}} 写着 {{found}}，应当是 {{expected}}。',
    one: '字段 {{field}} 在主站盖章之后被改动、添加或删去。',
    form: '字段 {{field}} 缺失、未知、出现两次或格式有误。',
    seal: '缺少主站的封章，名称、时间和原因无人担保。',
    voucher: '只有签名，没有对应的付款凭据。',
  },
  whose: '谁来担保',
  vouches: { wallet: '你的钱包', session: '你的会话密钥', sums: '计算', hub: '主站' },
  lines: {
    form: { name: '收据完整', holds: '场次 {{session}}，字段齐全，格式正确。' },
    wallet: { name: '钱包授权', holds: '签名者是 {{address}}。' },
    payer: { name: '付款人', holds: '正是签名的钱包：{{address}}。' },
    consent: { name: '出自这份授权', holds: '本场用摘要指向的就是这份授权。' },
    lease: { name: '租约编号', holds: '等于本场条款的摘要。' },
    session: {
      name: '本场条款',
      holds: '签名者 {{address}} 是你的钱包许可的密钥。',
      none: '没有签名，也没有扣费。',
    },
    node: { name: '机器', holds: '{{address}}，与签过的条款相同。' },
    rate: {
      name: '费率',
      holds: '每小时 {{rateWei}}，其中基础价 {{baseWei}}；与签名相符，未超过钱包许可的上限。',
    },
    policy: { name: '销毁规则', holds: '{{policy}} 第 {{tier}} 档：按公开的表格，基础价的 {{bps}} 要销毁。' },
    window: { name: '开始时间', holds: '{{startedAtMs}}，授权在有效期内。' },
    counts: {
      name: '计费时长',
      holds: '你计了 {{playerMs}}，机器计了 {{nodeMs}}；按较小的、且不超过冻结金额来算：{{billedMs}}。',
    },
    voucher: {
      name: '你的最后一张付款凭据',
      holds: '第 {{seq}} 号：{{servedMs}} 应付 {{amountWei}}，分毫不差，由会话密钥签名。',
      none: '没有。',
    },
    tail: { name: '凭据之后的时长', holds: '之后又计了 {{tailMs}}。机器最多先垫 {{limitMs}}。' },
    cost: { name: '花费', holds: '费率乘以 {{billedMs}}，向下取整到 1,000 wei：{{costWei}}。' },
    lock: {
      name: '不超过冻结金额',
      holds: '最多冻结 {{heldWei}}；本场你签了 {{lockWei}}，钱包许可 {{consentWei}}。',
    },
    burn: { name: '销毁', holds: '{{wei}}' },
    platform: { name: 'Nearcade 服务费', holds: '{{wei}}' },
    operator: { name: '运营者', holds: '{{wei}}：花费减去上面两项，精确到 wei。' },
    rest: { name: '退还', holds: '{{wei}}：冻结后没用完的。' },
    seal: { name: '主站封章', holds: '{{address}} 担保你的签名没有覆盖的部分：名称、时间、免费原因、流量。' },
  },
};

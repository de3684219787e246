// clients/web/src/i18n/zh-hant/team.ts - 店員、金鑰與稽核的用語。
import type { Words } from '../words.ts';

/** 繁體中文。 */
export const team: Words['team'] = {
  staff: '店內人員',
  role: '職務',
  wallet: '錢包',
  acts: '變更',
  remove: '移除',
  removeOf: '移除 {{name}}',
  leave: '離開這家店',
  walletOf: '錢包位址（0x…）',
  badWallet: '錢包位址是 0x 加 40 個數字或 a 到 f。',
  give: '給予職務',
  staffHint: '已在名單上的人會換成新的職務；有填姓名就一併更新。最後一位店主不能移除。',
  keys: '程式金鑰',
  noKeys: '沒有程式持有金鑰。',
  slug: '簡短代號',
  badSlug: '小寫英文字母、數字與連字號，最多 24 個字元。',
  addKey: '建立金鑰',
  keyOnce: '金鑰只在這裡顯示一次。程式放在授權標頭裡送出。',
  hooks: '動作後通知',
  noHooks: '沒有設定通知。',
  url: '網址',
  after: '在此之後',
  allActs: '所有動作',
  state: '狀態',
  fine: '有回應',
  failing: '沒有回應',
  addHook: '新增',
  hookOnce: '密鑰只在這裡顯示一次，每次通知都以它簽章。',
};

/** 繁體中文。 */
export const audit: Words['audit'] = {
  act: '動作',
  every: '所有動作',
  onlyRefused: '只看被拒絕的',
  csv: '下載 CSV',
  none: '沒有紀錄。',
  who: '誰',
  outcome: '結果',
  changed: '變更內容',
  done: '完成',
  refused: '拒絕：{{code}}',
  changes_other: '{{count}} 個欄位',
  older: '更早的',
  key: '金鑰 {{id}}',
  hub: '系統',
};

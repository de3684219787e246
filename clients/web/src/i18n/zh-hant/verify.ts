// clients/web/src/i18n/zh-hant/verify.ts - 驗收據頁的字，存下來的那份也用。
import type { Words } from '../words.ts';

/** 繁體中文。 */
export const verify: Words['verify'] = {
  title: '驗收據',
  lead: '每個簽章、每筆加總，都在你的瀏覽器裡重算一遍。什麼都不送出去，也不問主站。',
  drop: '把收據（JSON 檔）拖到這裡',
  choose: '選檔案',
  paste: '或貼上內容',
  check: '開始驗',
  another: '再驗一張',
  savedTitle: '不靠這個主站',
  savedText: '這一頁也有單獨一個檔案，不需要網路。存起來：就算主站不見了或說謊，它照樣能驗你的收據。',
  savedButton: '存下這一頁',
  isSaved: '這是存下來的一份：不載入任何東西，也不送出任何東西。',
  verdict: { holds: '這張收據是真的。', wrong: '這張收據不是真的。', form: '這不是收據。' },
  verdictText: {
    holds: '{{count}} 行全部成立。',
    wrong: '{{count}} 行裡有 {{wrong}} 行不成立，排在最前面。',
    form: '檔案讀不成收據，所以一行都沒驗。',
  },
  state: { holds: '成立', wrong: '不成立' },
  linesTitle: '逐行看',
  misfit: {
    both: '欄位 {{field}} 寫的是 {{found}}，應該是 {{expected}}。',
    one: '欄位 {{field}} 在主站封簽之後被改過、加上或拿掉。',
    form: '欄位 {{field}} 缺漏、沒見過、出現兩次，或格式不對。',
    seal: '少了主站的封簽，名稱、時間和原因沒有人擔保。',
    voucher: '有簽章，卻沒有付款憑據。',
  },
  whose: '由誰擔保',
  vouches: { wallet: '你的錢包', session: '你的場次金鑰', sums: '算術', hub: '主站' },
  lines: {
    form: { name: '完整的收據', holds: '場次 {{session}}，欄位齊全，格式正確。' },
    wallet: { name: '錢包的授權', holds: '由 {{address}} 簽署。' },
    payer: { name: '誰付錢', holds: '就是簽署的錢包：{{address}}。' },
    consent: { name: '屬於那份授權', holds: '這一場用摘要指明的，正是這份授權。' },
    lease: { name: '租約編號', holds: '就是這一場條件的摘要。' },
    session: {
      name: '這一場的條件',
      holds: '由 {{address}} 簽署，是你錢包准許的金鑰。',
      none: '什麼都沒簽，也沒有收費。',
    },
    node: { name: '機器', holds: '{{address}}，和簽過的條件一致。' },
    rate: {
      name: '費率',
      holds: '每小時 {{rateWei}}，其中基本價 {{baseWei}}；和簽的一樣，也沒超過錢包准許的。',
    },
    policy: { name: '銷毀規則', holds: '{{policy}} 第 {{tier}} 級：按公布的表，銷毀基本價的 {{bps}}。' },
    window: { name: '何時開始', holds: '{{startedAtMs}}，當時授權有效。' },
    counts: {
      name: '計費時間',
      holds: '你數到 {{playerMs}}，機器數到 {{nodeMs}}；取少的，且不超過保留金額：{{billedMs}}。',
    },
    voucher: {
      name: '你最後一張付款憑據',
      holds: '第 {{seq}} 號：{{servedMs}} 共 {{amountWei}}，正好是應付的價錢，由場次金鑰簽署。',
      none: '沒有。',
    },
    tail: { name: '憑據之後的時間', holds: '多收了 {{tailMs}}。機器最多先服務 {{limitMs}}。' },
    cost: { name: '花費', holds: '費率乘以 {{billedMs}}，捨去到 1,000 wei：{{costWei}}。' },
    lock: {
      name: '不超過保留的',
      holds: '最多保留 {{heldWei}}；這一場你簽了 {{lockWei}}，錢包准許 {{consentWei}}。',
    },
    burn: { name: '銷毀', holds: '{{wei}}' },
    platform: { name: 'Nearcade 服務費', holds: '{{wei}}' },
    operator: { name: '營運者', holds: '{{wei}}：花費減去上面兩行，一個 wei 都不差。' },
    rest: { name: '退回', holds: '{{wei}}：保留了但沒用到的。' },
    seal: { name: '主站的封簽', holds: '{{address}} 擔保你沒簽到的部分：名稱、時間、不收費的原因、流量。' },
  },
};

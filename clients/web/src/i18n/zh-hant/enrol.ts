// clients/web/src/i18n/zh-hant/enrol.ts - 無碟電腦頁面的用語。
import type { Words } from '../words.ts';

/** 繁體中文。 */
export const enrol: Words['enrol'] = {
  title: '開機就忘記瀏覽器的電腦',
  text: '無碟電腦沒有昨天的瀏覽器：它靠開機共享裡的一行檔案認得自己的座位。其他電腦在座位圖上用六位數配對一次就好。',
  list: '每行一台：座位，接著主機名稱或網路卡位址',
  bad: {
    form: '第 {{line}} 行：「{{text}}」不是座位加主機名稱或網路卡位址。',
    seat: '第 {{line}} 行：「{{text}}」的座位不存在。',
    twice: '第 {{line}} 行：「{{text}}」的座位或電腦重複了。',
  },
  tooMany: '一次最多 {{most}} 行。',
  make_other: '製作 {{count}} 台電腦的檔案',
  made: '檔案好了。讀得到它的人就能冒充這些座位，請只讓這些電腦讀取。檔案不會再顯示，但可以重新製作。',
  save: '儲存檔案',
  stepShare: '放到電腦開機用的共享，只讓它們讀取。',
  stepBoot: '每台電腦開機後執行',
  stepSeat: '下次開機起，每台電腦會自己顯示座位。',
  enrolled: '已登記的電腦',
  none: '還沒有。',
  seat: '座位',
  host: '主機',
  device: '現況',
  take: '移除座位 {{seat}} 的那一行',
  again: '重新製作全部的檔案',
  state: {
    here: '在線',
    away: '不在',
    never: '沒來過',
    doubled: '兩台電腦用同一行',
  },
};

// clients/web/src/i18n/zh-hant/rent.ts - 出租網咖閒置電腦的用語。
import type { Words } from '../words.ts';

/** 繁體中文。 */
export const rent: Words['rent'] = {
  title: '出租閒置電腦',
  text: '沒有人坐的電腦可以替別處的玩家畫遊戲，收入歸你的錢包，和其他機器一樣。節點目前只支援 Linux，開 Windows 的電腦不行。',
  steps: {
    linux: '電腦以 Linux 開機，有沒有顯示卡都可以。',
    folder: '每台電腦有自己的資料夾，重新開機後還在；兩台共用一個資料夾會被拒絕。',
    join: '在你的機器頁產生加入指令，到那台電腦上執行，最好裝成服務。',
    before:
      '客人坐下之前：在那台電腦執行 systemctl stop nearcade-node，或在你的機器頁按「收尾下線」。正在玩的人有十分鐘。',
    after: '座位又空了：執行 systemctl start nearcade-node。',
  },
  go: '到你的機器',
  facts: {
    machines: '有收入的機器',
    today: '它們今天的收入（UTC）',
    earned: '它們的總收入',
    cost: '網咖今天的雲端費用',
  },
};

// clients/web/src/i18n/zh-hans/rent.ts - 出租网吧闲置电脑的用语。
import type { Words } from '../words.ts';

/** 简体中文。 */
export const rent: Words['rent'] = {
  title: '出租闲置电脑',
  text: '没人坐的电脑可以给别处的玩家画游戏，收入归你的钱包，与其他机器一样。节点目前只支持 Linux，运行 Windows 的电脑不行。',
  steps: {
    linux: '电脑用 Linux 启动，有没有显卡都行。',
    folder: '每台电脑有单独的数据目录，重启后还在；两台共用一个目录会被拒绝。',
    join: '在你的机器页生成接入命令，到那台电脑上运行，最好装成服务。',
    before:
      '客人坐下之前：在那台电脑上运行 systemctl stop nearcade-node，或在你的机器页点“收尾下线”。正在玩的人有十分钟。',
    after: '机位又空了：运行 systemctl start nearcade-node。',
  },
  go: '去看你的机器',
  facts: {
    machines: '有收入的机器',
    today: '它们今天的收入（UTC）',
    earned: '它们的总收入',
    cost: '网吧今天的云端费用',
  },
};

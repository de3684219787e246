// src/render/arcade/words.ts - every word the built-in game shows, in its three languages. The fonts in assets/fonts hold
// exactly these characters: after a change run `node tools/make-game-fonts.ts` (a test says when one is missing).
import type { FoeKind } from '../../game/foes.ts';
import type { PowerKind } from '../../game/powers.ts';

/** The languages of the game. */
export const LANGUAGES = ['zh-Hant', 'zh-Hans', 'en'] as const;
/** One of them. */
export type Language = (typeof LANGUAGES)[number];

/** All words of one language. */
export type Words = {
  readonly goal: string;
  readonly go: string;
  readonly tagline: string;
  readonly keys: string;
  readonly mouse: string;
  readonly pad: string;
  readonly touch: string;
  readonly sound: string;
  readonly calm: string;
  readonly colour: string;
  readonly score: string;
  readonly best: string;
  readonly ripple: string;
  readonly near: string;
  readonly clear: string;
  readonly boss: string;
  readonly bossDown: string;
  readonly paused: string;
  readonly goOn: string;
  readonly over: string;
  readonly again: string;
  readonly newBest: string;
  readonly won: string;
  readonly powers: Readonly<Record<PowerKind, string>>;
  /** Said when a kind comes for the first time. */
  readonly foes: Readonly<Record<FoeKind, string>>;
};

/** The words by language. Chinese is written by itself, not word by word from English. */
export const words: Readonly<Record<Language, Words>> = {
  en: {
    goal: 'Keep the lag away from home',
    go: 'Press anything to play',
    tagline: 'The nearest GPU is your arcade.',
    keys: 'Keys: arrows move, Space fires, Shift ripples',
    mouse: 'Mouse: point, hold to fire, right for a ripple',
    pad: 'Gamepad: stick aims, A fires, B ripples',
    touch: 'Touch: point to fire, second finger ripples',
    sound: 'music',
    calm: 'calm',
    colour: 'colour',
    score: 'Score',
    best: 'Best',
    ripple: 'Ripple',
    near: 'Near!',
    clear: 'Nothing got through',
    boss: 'Here comes the Lag',
    bossDown: 'Lag is gone',
    paused: 'Paused',
    goOn: 'Press anything to go on',
    over: 'The lag got home',
    again: 'Press anything to go again',
    newBest: 'New best',
    won: 'New colour won: change it with V',
    powers: { spread: 'Spread', rapid: 'Rapid', twin: 'Twin', mend: 'Ring mended', ripple: 'One more ripple' },
    foes: {
      ping: 'Shoot them near: it counts more',
      jitter: 'Jitter sways',
      loss: 'Packet loss breaks in three',
      spike: 'Spikes aim, then dive',
      wall: 'Congestion is broad',
      gunner: 'Queues shoot from afar',
    },
  },
  'zh-Hant': {
    goal: '別讓延遲闖進家門',
    go: '按任意鍵開始',
    tagline: '最近的 GPU，就是你的遊戲廳',
    keys: '鍵盤：方向鍵移動，空白鍵發射，Shift 放波紋',
    mouse: '滑鼠：指向瞄準，按住發射，右鍵放波紋',
    pad: '手把：搖桿瞄準，A 發射，B 放波紋',
    touch: '觸控：指哪打哪，第二指放波紋',
    sound: '音樂',
    calm: '平靜',
    colour: '顏色',
    score: '得分',
    best: '最佳',
    ripple: '波紋',
    near: '好近！',
    clear: '滴水不漏',
    boss: '大延遲來襲',
    bossDown: '延遲已清除',
    paused: '暫停中',
    goOn: '按任意鍵繼續',
    over: '延遲闖進來了',
    again: '按任意鍵再來一局',
    newBest: '新紀錄',
    won: '解鎖新顏色，按 V 更換',
    powers: { spread: '散射', rapid: '連射', twin: '雙子', mend: '光環修復', ripple: '多一道波紋' },
    foes: {
      ping: '放近再打，分數更高',
      jitter: '抖動會左右搖擺',
      loss: '丟包會一分為三',
      spike: '尖峰先瞄準，再俯衝',
      wall: '壅塞又寬又硬',
      gunner: '佇列在遠處開火',
    },
  },
  'zh-Hans': {
    goal: '别让延迟闯进家门',
    go: '按任意键开始',
    tagline: '最近的 GPU，就是你的游戏厅',
    keys: '键盘：方向键移动，空格键发射，Shift 放波纹',
    mouse: '鼠标：指向瞄准，按住发射，右键放波纹',
    pad: '手柄：摇杆瞄准，A 发射，B 放波纹',
    touch: '触屏：指哪打哪，第二指放波纹',
    sound: '音乐',
    calm: '平静',
    colour: '颜色',
    score: '得分',
    best: '最佳',
    ripple: '波纹',
    near: '好近！',
    clear: '滴水不漏',
    boss: '大延迟来袭',
    bossDown: '延迟已清除',
    paused: '已暂停',
    goOn: '按任意键继续',
    over: '延迟闯进来了',
    again: '按任意键再来一局',
    newBest: '新纪录',
    won: '解锁新颜色，按 V 更换',
    powers: { spread: '散射', rapid: '连射', twin: '双子', mend: '光环修复', ripple: '多一道波纹' },
    foes: {
      ping: '放近再打，分数更高',
      jitter: '抖动会左右摇摆',
      loss: '丢包会一分为三',
      spike: '尖峰先瞄准，再俯冲',
      wall: '拥塞又宽又硬',
      gunner: '队列在远处开火',
    },
  },
};

/** 'Wave 3' in the language's own order. */
export function waveText(language: Language, wave: number): string {
  return language === 'en' ? `Wave ${wave}` : `第 ${wave} 波`;
}

/** Every character the language's words need, digits and signs of the display included, sorted. */
export function charactersOf(language: Language): string {
  const { powers, foes, ...rest } = words[language];
  const texts = [...Object.values(rest), ...Object.values(powers), ...Object.values(foes), waveText(language, 0)];
  return [...new Set(texts.join(''))]
    .filter((character) => character !== ' ')
    .sort()
    .join('');
}

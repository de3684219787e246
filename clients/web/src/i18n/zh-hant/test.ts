// clients/web/src/i18n/zh-hant/test.ts - 線路測試的字。
import type { Words } from '../words.ts';

/** 繁體中文。 */
export const test: Words['test'] = {
  title: '測線路',
  lead: '十秒鐘，不開遊戲、不收費。看看瀏覽器能做什麼、中繼通不通、每台機器有多遠。',
  start: '開始測',
  again: '再測一次',
  running: '測試中…',
  json: '下載 JSON',
  parts: { browser: '瀏覽器', decode: '解碼', relay: '路徑', nodes: '機器' },
  secure: { title: '安全頁面', ok: '是', bad: '不是：手把、剪貼簿和鍵盤鎖定用不了，請改用 HTTPS 開啟' },
  features: {
    webrtc: 'WebRTC',
    pointerLock: '滑鼠鎖定',
    rawMouse: '原始滑鼠',
    keyboardLock: '鍵盤鎖定',
    gamepad: '手把',
    fullScreen: '全螢幕',
    wakeLock: '螢幕不休眠',
    frameTimes: '畫面計時',
  },
  yes: '有',
  no: '沒有',
  codecs: '能接收的編碼',
  smooth: '順暢，{{how}}',
  rough: '會卡',
  hardware: '硬體解碼',
  software: '軟體解碼',
  unknown: '這個瀏覽器沒說',
  reach: {
    direct: '直連',
    relay: '中繼 UDP',
    'relay-tcp': '中繼 TCP',
    ok: '通，{{rtt}}',
    none: '沒有回應：可能被防火牆擋住',
    absent: '沒有中繼在執行',
  },
  verdict: {
    good: '可以玩，最高 {{picture}}：到 {{node}} {{rtt}}。',
    path: '可以玩，但只能經中繼。',
    none: '一台機器都連不到。',
    unfit: '這個瀏覽器播不了我們的影像。',
  },
  noNodes: '現在沒有節點在線，沒有東西可量。',
  wired: '回音時快時慢，差了 {{jitter}}：用網路線會好一些。',
};

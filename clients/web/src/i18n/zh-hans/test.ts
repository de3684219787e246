// clients/web/src/i18n/zh-hans/test.ts - 网络测试的字。
import type { Words } from '../words.ts';

/** 简体中文。 */
export const test: Words['test'] = {
  title: '测网络',
  lead: '十秒钟，不开游戏、不收费。看看浏览器能做什么、中继通不通、每台机器有多远。',
  start: '开始测',
  again: '再测一次',
  running: '测试中…',
  json: '下载 JSON',
  parts: { browser: '浏览器', decode: '解码', relay: '线路', nodes: '机器' },
  secure: { title: '安全页面', ok: '是', bad: '不是：手柄、剪贴板和键盘锁定用不了，请用 HTTPS 打开' },
  features: {
    webrtc: 'WebRTC',
    pointerLock: '鼠标锁定',
    rawMouse: '原始鼠标',
    keyboardLock: '键盘锁定',
    gamepad: '手柄',
    fullScreen: '全屏',
    wakeLock: '屏幕常亮',
    frameTimes: '画面计时',
  },
  yes: '有',
  no: '没有',
  codecs: '能接收的编码',
  smooth: '流畅，{{how}}',
  rough: '会卡',
  hardware: '硬件解码',
  software: '软件解码',
  unknown: '这个浏览器没说',
  reach: {
    direct: '直连',
    relay: '中继 UDP',
    'relay-tcp': '中继 TCP',
    ok: '通，{{rtt}}',
    none: '没有回应：可能被防火墙拦了',
    absent: '没有中继在运行',
  },
  verdict: {
    good: '可以玩，最高 {{picture}}：到 {{node}} {{rtt}}。',
    path: '可以玩，但只能走中继。',
    none: '一台机器都连不上。',
    unfit: '这个浏览器播不了我们的视频。',
  },
  noNodes: '现在没有节点在线，没什么可测。',
  wired: '回声忽快忽慢，相差 {{jitter}}：用网线会好一些。',
};

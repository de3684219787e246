// clients/web/fake-node/game.ts - the picture of a fake session: a lit road that runs towards the player and a ship that
// follows keys and mouse. It only has to move, to answer, and to be seen doing so.
import type { KeyEvent } from '../../../src/protocol/input-frames.ts';

/** A game that can be drawn. */
export type FakeGame = {
  step(seconds: number): void;
  draw(context: CanvasRenderingContext2D): void;
  key(event: KeyEvent): void;
  /** A place on the picture, 0..1. */
  move(x: number, y: number): void;
  /** 24 bits that change with what the player did. */
  state(): number;
};

const LEFT = 0x50;
const RIGHT = 0x4f;

/** Makes the game for a picture of this size. */
export function createFakeGame(width: number, height: number): FakeGame {
  const held = new Set<number>();
  const flashes: { x: number; age: number }[] = [];
  let [ship, tilt, time, presses] = [0.5, 0, 0, 0];
  const horizon = height * 0.42;
  const road = (z: number): number => horizon + (height - horizon) * z * z;

  const drawSky = (context: CanvasRenderingContext2D): void => {
    const sky = context.createLinearGradient(0, 0, 0, horizon);
    sky.addColorStop(0, '#0b1030');
    sky.addColorStop(1, '#3b1b5e');
    context.fillStyle = sky;
    context.fillRect(0, 0, width, horizon);
    context.fillStyle = '#ff8a5c';
    context.beginPath();
    context.arc(width / 2, horizon, height * 0.22, Math.PI, 0);
    context.fill();
    context.fillStyle = '#3b1b5e';
    for (let i = 0; i < 6; i++) context.fillRect(0, horizon - 6 - i * height * 0.03, width, 2 + i * 0.4);
    context.fillStyle = 'rgba(255,255,255,.7)';
    for (let i = 0; i < 60; i++) context.fillRect((i * 977) % width, (i * 331) % (horizon * 0.8), 1.5, 1.5);
  };
  const drawRoad = (context: CanvasRenderingContext2D): void => {
    context.fillStyle = '#0a0c18';
    context.fillRect(0, horizon, width, height - horizon);
    context.strokeStyle = '#29e0b5';
    context.lineWidth = Math.max(1, width / 640);
    for (let i = 0; i < 14; i++) {
      const y = road(((i + ((time * 2) % 1)) / 14) ** 1.2);
      context.globalAlpha = Math.min(1, (y - horizon) / (height * 0.2));
      context.beginPath();
      context.moveTo(0, y);
      context.lineTo(width, y);
      context.stroke();
    }
    context.globalAlpha = 0.7;
    for (let i = -8; i <= 8; i++) {
      context.beginPath();
      context.moveTo(width / 2 + i * width * 0.03, horizon);
      context.lineTo(width / 2 + i * width * 0.28 - tilt * width * 0.2, height);
      context.stroke();
    }
    context.globalAlpha = 1;
  };
  const drawShip = (context: CanvasRenderingContext2D): void => {
    const [x, y, size] = [ship * width, height * 0.84, height * 0.09];
    for (const flash of flashes) {
      context.strokeStyle = `rgba(124,140,255,${1 - flash.age})`;
      context.lineWidth = 3;
      context.beginPath();
      context.arc(flash.x * width, y, size * (0.5 + flash.age * 3), Math.PI, 0);
      context.stroke();
    }
    context.save();
    context.translate(x, y);
    context.rotate(tilt * 0.5);
    context.fillStyle = '#e9edf7';
    context.beginPath();
    context.moveTo(0, -size);
    context.lineTo(size * 0.9, size * 0.6);
    context.lineTo(0, size * 0.25);
    context.lineTo(-size * 0.9, size * 0.6);
    context.fill();
    context.fillStyle = '#ffc24b';
    context.fillRect(-size * 0.18, size * 0.35, size * 0.36, size * (0.3 + 0.2 * Math.sin(time * 40)));
    context.restore();
    context.fillStyle = '#fff';
    context.font = `600 ${Math.round(height / 24)}px system-ui`;
    context.fillText(`SPEED ${Math.round(180 + 20 * Math.sin(time))}`, width * 0.03, height * 0.09);
  };

  return {
    step(seconds) {
      time += seconds;
      const steer = (held.has(RIGHT) ? 1 : 0) - (held.has(LEFT) ? 1 : 0);
      tilt += (steer - tilt) * Math.min(1, seconds * 8);
      ship = Math.min(0.92, Math.max(0.08, ship + steer * seconds * 0.6));
      for (const flash of flashes) flash.age += seconds * 1.6;
      while ((flashes[0]?.age ?? 0) > 1) flashes.shift();
    },
    draw(context) {
      drawSky(context);
      drawRoad(context);
      drawShip(context);
    },
    key(event) {
      if (event.kind === 'key' && event.down) held.add(event.hid);
      if (event.kind === 'key' && !event.down) held.delete(event.hid);
      if (event.kind === 'release-all') held.clear();
      if (event.kind === 'marker' || event.kind === 'release-all') return;
      presses = (presses + 1) & 0xff;
      flashes.push({ x: ship, age: 0 });
      if (flashes.length > 8) flashes.shift();
    },
    move(x) {
      ship = Math.min(0.92, Math.max(0.08, x));
    },
    state: () => (presses << 16) | (Math.round(ship * 255) << 8),
  };
}

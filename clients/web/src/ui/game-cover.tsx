// clients/web/src/ui/game-cover.tsx - a picture for every game without a single image file: drawn in the radar's lines.
// Games of the library we know have a motif of their own; any other gets arcs that its name decides.
import classes from './game-cover.module.css';

function hash(text: string): number {
  let value = 2_166_136_261;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 16_777_619) >>> 0;
  return value;
}

const arc = (x: number, y: number, r: number): string => `M${x - r} ${y}A${r} ${r} 0 0 1 ${x + r} ${y}`;

/** The built-in game: home in the middle, rings around it, things coming nearer. */
function Ring() {
  const coming: readonly (readonly [number, number])[] = [
    [96, 46],
    [70, 84],
    [236, 60],
    [248, 132],
    [122, 150],
  ];
  return (
    <>
      {[34, 62, 92, 126, 164].map((r) => (
        <circle key={r} className={classes.quiet} cx="160" cy="96" r={r} />
      ))}
      <path className={classes.beam} d="M160 96L128 -8A110 110 0 0 1 190 -8z" />
      <circle className={classes.home} cx="160" cy="96" r="30" />
      <path className={classes.near} d={arc(160, 100, 13)} />
      <path className={classes.near} d={arc(160, 100, 6)} />
      <path className={classes.ship} d="M181 66l-2 19-8-6-9-2z" />
      {coming.map(([x, y]) => (
        <circle key={x} className={classes.target} cx={x} cy={y} r="6.5" />
      ))}
    </>
  );
}

function Corridor() {
  return (
    <>
      {[1, 0.66, 0.43, 0.27].map((size) => (
        <rect
          key={size}
          className={classes.warm}
          x={160 - 150 * size}
          y={90 - 84 * size}
          width={300 * size}
          height={168 * size}
        />
      ))}
      <path
        className={classes.warm}
        d="M10 6L119.500 67.300M310 6L200.500 67.300M10 174L119.500 112.700M310 174L200.500 112.700"
      />
      <circle className={classes.aim} cx="160" cy="90" r="13" />
      <path className={classes.aim} d="M160 70v10M160 100v10M140 90h10M170 90h10" />
    </>
  );
}

function Ball() {
  return (
    <>
      <g transform="rotate(-9 160 110)">
        {[0, 1, 2, 3, 4].map((row) => (
          <path key={row} className={classes.cool} d={`M${76 - row * 22} ${96 + row * 18}H${244 + row * 22}`} />
        ))}
        {[-4, -3, -2, -1, 0, 1, 2, 3, 4].map((column) => (
          <path key={column} className={classes.cool} d={`M${160 + column * 21} 96L${160 + column * 32} 168`} />
        ))}
      </g>
      <circle className={classes.ball} cx="186" cy="84" r="31" />
      <path className={classes.shine} d={arc(186, 84, 20)} transform="rotate(-38 186 84)" />
    </>
  );
}

function Arcs({ id }: { id: string }) {
  const seed = hash(id);
  const x = 70 + (seed % 180);
  return (
    <>
      {[0, 1, 2, 3, 4, 5].map((index) => (
        <path
          key={index}
          className={index === seed % 6 ? classes.near : classes.quiet}
          d={arc(x, 180, 26 + index * 27)}
        />
      ))}
      <circle className={classes.ship} cx={x + ((seed >> 8) % 80) - 40} cy={180 - 26 - ((seed >> 4) % 5) * 27} r="6" />
    </>
  );
}

/** The cover of a game, 16 to 9. */
export function GameCover({ id }: { id: string }) {
  return (
    <svg className={classes.cover} viewBox="0 0 320 180" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      {id === 'arcade' ? (
        <Ring />
      ) : id.includes('doom') ? (
        <Corridor />
      ) : id.includes('ball') ? (
        <Ball />
      ) : (
        <Arcs id={id} />
      )}
    </svg>
  );
}

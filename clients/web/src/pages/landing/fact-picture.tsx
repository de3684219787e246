// clients/web/src/pages/landing/fact-picture.tsx - three small drawings for three promises, in the same lines as the
// radar.
import classes from './landing.module.css';

/** Left edge and height of each second in the drawing of good and bad ones. */
const SECONDS = [46, 48, 47, 49, 46, 48, 18, 14, 21, 47, 48, 46, 49, 47, 48, 46].map((height, index) => ({
  x: 12 + index * 13.6,
  height,
}));
const WIDTH = 240;
const HEIGHT = 84;

function Measured() {
  const radii = [26, 46, 66];
  return (
    <>
      {radii.map((r) => (
        <path key={r} className={classes.line} d={`M ${120 - r} 78 A ${r} ${r} 0 0 1 ${120 + r} 78`} />
      ))}
      <line className={classes.way} x1="120" y1="78" x2="108" y2="46" />
      <circle className={classes.nearDot} cx="108" cy="46" r="5.5" />
      <circle className={classes.ring} cx="159" cy="48" r="4.5" />
      <circle className={classes.ring} cx="66" cy="50" r="4.5" />
      <circle className={classes.youDot} cx="120" cy="78" r="5" />
    </>
  );
}

function Good() {
  return (
    <>
      {SECONDS.map(({ x, height }) => (
        <rect
          key={x}
          className={height < 30 ? classes.badBar : classes.goodBar}
          x={x}
          y={70 - height}
          width="9"
          height={height}
          rx="2"
        />
      ))}
      <path className={classes.line} d="M8 74H232" />
    </>
  );
}

function Receipt() {
  return (
    <>
      <path className={classes.paper} d="M72 6H168V74l-8-5-8 5-8-5-8 5-8-5-8 5-8-5-8 5-8-5-8 5-8-5-8 5z" />
      {[20, 32, 44].map((y, index) => (
        <g key={y}>
          <path className={classes.line} d={`M84 ${y}h${38 - index * 7}`} />
          <path
            className={index === 2 ? classes.coinLine : classes.line}
            d={`M${142 + index * 2} ${y}h${14 - index * 2}`}
          />
        </g>
      ))}
      <path className={classes.check} d="M112 56l6 6 12-13" />
    </>
  );
}

const PICTURES = { measured: Measured, good: Good, receipt: Receipt };

/** The drawing of one fact; says nothing that the words beside it do not. */
export function FactPicture({ name }: { name: keyof typeof PICTURES }) {
  const Picture = PICTURES[name];
  return (
    <svg className={classes.factPicture} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <Picture />
    </svg>
  );
}

// clients/web/src/ui/qr-code.tsx - a QR code as one SVG path: dark on light in either theme, or phones do not read it.
import { encode } from 'uqr';

const QUIET = 3;

/** The code of `text`; `label` says to those who do not see it what it is. */
export function QrCode({ text, label, size = 200 }: { text: string; label: string; size?: number }) {
  const { data, size: modules } = encode(text, { border: QUIET });
  const path = data
    .flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')))
    .filter((part) => part !== '')
    .join('');
  return (
    <svg width={size} height={size} viewBox={`0 0 ${modules} ${modules}`} role="img" aria-label={label}>
      <rect width={modules} height={modules} fill="#ffffff" rx="1" />
      <path d={path} fill="#0c0f16" shapeRendering="crispEdges" />
    </svg>
  );
}

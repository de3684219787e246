// clients/web/src/ui/icons.tsx - the page's few icons, drawn on a 24 grid in one line. They stand beside words, never
// instead of them, so that screen readers skip them.

const PATHS = {
  play: 'M8 5.5v13l10.5-6.5z',
  gauge: 'M4 17a8 8 0 1 1 16 0M12 17l4.5-5.5',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c1.2-3.6 4-5 7.5-5s6.3 1.4 7.5 5',
  chip: 'M7 7h10v10H7zM10 3v4M14 3v4M10 17v4M14 17v4M3 10h4M3 14h4M17 10h4M17 14h4',
  screen: 'M3 5h18v11H3zM9 20h6M12 16v4',
  globe:
    'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM3.5 9.5h17M3.5 14.5h17M12 3c2.5 2.6 3.7 5.6 3.7 9s-1.2 6.4-3.7 9c-2.5-2.6-3.7-5.6-3.7-9S9.500 5.600 12 3z',
  contrast: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 3v18M12 8h7.800M12 12h9M12 16h7.800',
  keyboard: 'M3 7h18v10H3zM7 10.500h.01M11 10.500h.01M15 10.500h.01M7 13.800h10',
  mouse: 'M12 3a5.500 5.500 0 0 0-5.500 5.500v7a5.500 5.500 0 0 0 11 0v-7A5.500 5.500 0 0 0 12 3zM12 7v4',
  gamepad:
    'M8 7h8a5 5 0 0 1 4.900 6l-.8 3.600a2.200 2.200 0 0 1-3.900.8L14.500 15h-5l-1.700 2.400a2.200 2.200 0 0 1-3.900-.8L3.100 13A5 5 0 0 1 8 7zM8.500 9.500v3M7 11h3M15.500 10.200h.01M17.300 12h.01',
  touch:
    'M9 12V5.500a1.500 1.500 0 0 1 3 0V11l5 .9a2.200 2.200 0 0 1 1.800 2.500l-.5 3.500A3.600 3.600 0 0 1 14.700 21h-2.200a4 4 0 0 1-3-1.400L6 15.500c-.9-1.200.6-2.800 1.800-1.900L9 14.500',
  disk: 'M5 4h11l3 3v13H5zM8 4v5h7V4M8 20v-6h8v6',
  eye: 'M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z',
  flash: 'M13 3 5.500 13.500H11L10 21l8-11h-5.500z',
  out: 'M14 4H5v16h9M10 12h11M17.500 8.500 21 12l-3.500 3.500',
  shield: 'M12 3 5 5.800V11c0 4.800 2.900 8 7 10 4.100-2 7-5.200 7-10V5.800z',
  coin: 'M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17zM9.300 8v8h2.400c2.300 0 3.700-1.600 3.700-4s-1.400-4-3.700-4z',
  full: 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5',
  shrink: 'M9 4v5H4M20 9h-5V4M15 20v-5h5M4 15h5v5',
  menu: 'M4 7h16M4 12h16M4 17h16',
  close: 'M6 6l12 12M18 6 6 18',
  check: 'M5 12.500l4.500 4.500L19 7.500',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  download: 'M12 4v11M7.500 11l4.500 4.500 4.500-4.500M4.500 20h15',
  warn: 'M12 4 2.800 20h18.400zM12 10v4.500M12 17.300h.01',
  info: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.500M12 7.700h.01',
  sound: 'M4 9.500v5h3.500L12 18.500v-13L7.500 9.500zM15.500 9a4 4 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11',
  muted: 'M4 9.500v5h3.500L12 18.500v-13L7.500 9.500zM16 9.500l5 5M21 9.500l-5 5',
  arrow: 'M5 12h14M13 6l6 6-6 6',
  refresh: 'M20 12a8 8 0 1 1-2.400-5.700L20 8.500M20 4v4.500h-4.500',
} as const;
/** Names of the icons. */
export type IconName = keyof typeof PATHS;

/** One icon in the current colour. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      style={{ flex: 'none' }}
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

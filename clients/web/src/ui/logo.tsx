// clients/web/src/ui/logo.tsx - the sign: an 'n' of two arcs, you in the middle and what is near around you.

/** The sign alone, in the current colour. */
export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 32 32"
      fill="none"
      stroke="currentColor"
      strokeLinecap="round"
      aria-hidden="true"
    >
      <path d="M5 27V16a11 11 0 0 1 22 0v11" strokeWidth="4" />
      <path d="M12.5 27V16a3.5 3.5 0 0 1 7 0v11" strokeWidth="4" />
    </svg>
  );
}

// clients/web/src/pages/landing/landing-page.tsx - the front page.
/** Front page. */
export function Page() {
  return <h1>Nearcade</h1>;
}

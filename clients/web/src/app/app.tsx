// clients/web/src/app/app.tsx - the routes. Each page is a chunk of its own, loaded when it is asked for.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, RouterProvider } from '@tanstack/react-router';
import type { JSX } from 'react';
import { Broken, NotFound } from './fallbacks.tsx';
import { Shell } from './shell.tsx';

/** What may stand in the address of /play; pages/play/deep-link.ts reads it. */
type PlaySearch = { readonly game?: string };

const rootRoute = createRootRoute({ component: Shell, notFoundComponent: NotFound });
const route = <const P extends string>(path: P, load: () => Promise<{ Page: () => JSX.Element }>) =>
  createRoute({ getParentRoute: () => rootRoute, path, component: lazyRouteComponent(load, 'Page') });
const playRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/play',
  validateSearch: (search: Record<string, unknown>): PlaySearch => search,
  component: lazyRouteComponent(() => import('../pages/play/play-page.tsx'), 'Page'),
});

const router = createRouter({
  routeTree: rootRoute.addChildren([
    route('/', () => import('../pages/landing/landing-page.tsx')),
    playRoute,
    route('/receipt/$session', () => import('../pages/receipt/receipt-page.tsx')),
    route('/account', () => import('../pages/account/account-page.tsx')),
    route('/test', () => import('../pages/test/test-page.tsx')),
    route('/verify', () => import('../pages/verify/verify-page.tsx')),
    route('/economics', () => import('../pages/economics/economics-page.tsx')),
    route('/admin', () => import('../pages/admin/admin-page.tsx')),
    route('/cafe', () => import('../pages/cafe/cafe-page.tsx')),
    route('/kiosk', () => import('../pages/kiosk/kiosk-page.tsx')),
    route('/seat', () => import('../pages/kiosk/join-page.tsx')),
    route('/node', () => import('../pages/node/node-page.tsx')),
  ]),
  defaultPreload: 'intent',
  defaultErrorComponent: Broken,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

const queries = new QueryClient({ defaultOptions: { queries: { retry: 1, refetchOnWindowFocus: false } } });

/** The whole page. */
export function App() {
  return (
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  );
}

// clients/web/src/app/app.tsx - the routes. Each page is a chunk of its own, loaded when it is asked for.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, RouterProvider } from '@tanstack/react-router';
import type { JSX } from 'react';
import { Shell } from './shell.tsx';

const rootRoute = createRootRoute({ component: Shell });
const route = (path: string, load: () => Promise<{ Page: () => JSX.Element }>) =>
  createRoute({ getParentRoute: () => rootRoute, path, component: lazyRouteComponent(load, 'Page') });

const router = createRouter({
  routeTree: rootRoute.addChildren([
    route('/', () => import('../pages/landing/landing-page.tsx')),
    route('/play', () => import('../pages/play/play-page.tsx')),
  ]),
  defaultPreload: 'intent',
  scrollRestoration: true,
});

const queries = new QueryClient({ defaultOptions: { queries: { retry: 1, refetchOnWindowFocus: false } } });

/** The whole page. */
export function App() {
  return (
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  );
}

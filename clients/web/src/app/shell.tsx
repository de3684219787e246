// clients/web/src/app/shell.tsx - the frame around every page.
import { MantineProvider } from '@mantine/core';
import { Outlet } from '@tanstack/react-router';
import { resolver, theme } from './theme.ts';

/** The frame. */
export function Shell() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={resolver} forceColorScheme="dark">
      <Outlet />
    </MantineProvider>
  );
}

// clients/web/vite.config.ts - builds the page: `vite build clients/web` from the root writes clients/web/dist with hashed
// names, one chunk a route, and a .br and a .gz beside every file worth it.
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { precompress } from './precompress.ts';
import { singleFile } from './single-file.ts';

export default defineConfig({
  plugins: [react(), singleFile(), precompress()],
  resolve: { alias: { 'typebox/compile': join(import.meta.dirname, 'src/player/interpreted.ts') } },
  build: {
    target: 'es2023',
    // Everything the page loads is named by its content and may be kept for ever; 4 KiB inlines only the smallest icons.
    assetsInlineLimit: 4_096,
    sourcemap: false,
    chunkSizeWarningLimit: 700,
  },
});

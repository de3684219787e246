// clients/web/single-file.ts - builds verify.html into one file that loads nothing: script and style stand in it, and a policy
// in its head allows exactly these two and no request. So a saved copy can be trusted to keep a receipt to itself.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { build, type Plugin, type ResolvedConfig } from 'vite';

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

type Built = { readonly fileName: string; readonly code?: string; readonly source?: string | Uint8Array };

/** Puts script and style into the page's text and writes the policy that allows them. */
export function inlined(html: string, script: string, style: string): string {
  // A closing tag inside a string of the script would end the element.
  const safe = script.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
  const policy = [
    "default-src 'none'",
    `script-src ${hash(safe)}`,
    `style-src ${hash(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policy}" />`;
  return html
    .replace(/\s*<script type="module"[^>]*><\/script>/g, '')
    .replace(/\s*<link rel="(?:stylesheet|modulepreload)"[^>]*>/g, '')
    .replace('<meta charset="utf-8" />', () => `<meta charset="utf-8" />\n    ${meta}`)
    .replace('</head>', () => `<style>${style}</style>\n  </head>`)
    .replace('</body>', () => `<script type="module">${safe}</script>\n  </body>`);
}

/** Adds `/verify.html` to the build. */
export function singleFile(): Plugin {
  let config: ResolvedConfig | undefined;
  return {
    name: 'nearcade-single-file',
    apply: 'build',
    configResolved(resolved) {
      config = resolved;
    },
    async generateBundle() {
      const root = config?.root ?? '';
      const made = await build({
        root,
        configFile: false,
        logLevel: 'error',
        publicDir: false,
        plugins: [react()],
        resolve: { alias: { 'typebox/compile': join(root, 'src/player/interpreted.ts') } },
        build: {
          write: false,
          target: 'es2023',
          cssCodeSplit: false,
          assetsInlineLimit: 1_000_000,
          modulePreload: false,
          rollupOptions: { input: join(root, 'verify.html') },
        },
      });
      const outputs = ('output' in made ? made.output : []) as readonly Built[];
      const textOf = (ending: string): string =>
        outputs
          .filter(({ fileName }) => fileName.endsWith(ending))
          .map(({ code, source }) => code ?? String(source ?? ''))
          .join('\n');
      this.emitFile({
        type: 'asset',
        fileName: 'verify.html',
        source: inlined(textOf('.html'), textOf('.js'), textOf('.css')),
      });
    },
  };
}

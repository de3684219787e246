// tools/make-game-fonts.ts - makes assets/fonts: of two free fonts just the characters that the built-in game shows.
// Run: node tools/make-game-fonts.ts OXANIUM.woff2 NOTO-SANS-CJK-BOLD.ttc. Needs Debian's python3-fonttools and
// python3-brotli. Sources: npm @fontsource/oxanium 5.3.0, files/oxanium-latin-600-normal.woff2, and Debian's
// fonts-noto-cjk, /usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc. Both are under the SIL Open Font License 1.1.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { charactersOf } from '../src/render/arcade/words.ts';

const [latin, cjk] = process.argv.slice(2);
const out = join(import.meta.dirname, '..', 'assets', 'fonts');

function subset(source: string, name: string, args: readonly string[]): void {
  const common = ['--flavor=woff2', '--no-hinting', '--desubroutinize', `--output-file=${join(out, name)}`];
  execFileSync('/usr/bin/python3', ['-m', 'fontTools.subset', source, ...args, ...common], { stdio: 'inherit' });
}

if (latin === undefined || cjk === undefined) {
  process.stderr.write('usage: node tools/make-game-fonts.ts OXANIUM.woff2 NOTO-SANS-CJK-BOLD.ttc\n');
  process.exitCode = 2;
} else {
  // The Latin font has everything printable, so that an English word never needs this tool.
  subset(latin, 'latin.woff2', ['--unicodes=U+20-7E,U+D7,U+2190-2193', '--layout-features=kern,tnum']);
  // A face's number in the collection: 2 is SC, 3 is TC. The same character is drawn differently in them.
  const layout = '--layout-features=';
  subset(cjk, 'zh-hans.woff2', ['--font-number=2', `--text=${charactersOf('zh-Hans')}`, layout]);
  subset(cjk, 'zh-hant.woff2', ['--font-number=3', `--text=${charactersOf('zh-Hant')}`, layout]);
  const lists = [charactersOf('zh-Hans'), charactersOf('zh-Hant')];
  writeFileSync(join(out, 'characters.txt'), lists.map((list) => `${list}\n`).join(''));
}

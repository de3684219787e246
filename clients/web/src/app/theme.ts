// clients/web/src/app/theme.ts - our colours inside Mantine. Every colour lives once, as a CSS variable in tokens.css,
// where light and dark differ; Mantine's own shades only point there, so that no component can bring an unproved pair.
import {
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from '@mantine/core';

/** Names of the accents, each with one meaning. */
export const accents = ['near', 'play', 'coin', 'warn', 'stop', 'info'] as const;
/** One of them. */
export type Accent = (typeof accents)[number];

const shades = (name: Accent): MantineColorsTuple => {
  const one = `var(--nc-${name})`;
  return [one, one, one, one, one, one, one, one, one, one];
};

const variants: VariantColorsResolver = ({ color, variant }) => {
  const name = accents.find((accent) => accent === color) ?? 'play';
  const accent = `var(--nc-${name})`;
  const soft = `var(--nc-${name}-soft)`;
  switch (variant) {
    case 'filled':
      return {
        background: accent,
        hover: `var(--nc-${name}-hover)`,
        color: 'var(--nc-on-accent)',
        border: '1px solid transparent',
      };
    case 'light':
      return {
        background: soft,
        hover: `var(--nc-${name}-soft-hover)`,
        color: accent,
        border: '1px solid transparent',
      };
    case 'outline':
      return { background: 'transparent', hover: soft, color: accent, border: `1px solid ${accent}` };
    case 'subtle':
    case 'transparent':
      return { background: 'transparent', hover: soft, color: accent, border: '1px solid transparent' };
    default:
      return {
        background: 'var(--nc-surface)',
        hover: 'var(--nc-raised)',
        color: 'var(--nc-text)',
        border: '1px solid var(--nc-line)',
      };
  }
};

/** Mantine's own variables, pointed at ours. */
export const resolver: CSSVariablesResolver = () => {
  const both = {
    '--mantine-color-body': 'var(--nc-bg)',
    '--mantine-color-text': 'var(--nc-text)',
    '--mantine-color-bright': 'var(--nc-text)',
    '--mantine-color-dimmed': 'var(--nc-muted)',
    '--mantine-color-placeholder': 'var(--nc-muted)',
    '--mantine-color-default': 'var(--nc-surface)',
    '--mantine-color-default-hover': 'var(--nc-raised)',
    '--mantine-color-default-color': 'var(--nc-text)',
    '--mantine-color-default-border': 'var(--nc-line)',
    '--mantine-color-anchor': 'var(--nc-play)',
    '--mantine-color-error': 'var(--nc-stop)',
    '--mantine-primary-color-contrast': 'var(--nc-on-accent)',
    '--mantine-color-disabled': 'var(--nc-raised)',
    '--mantine-color-disabled-color': 'var(--nc-muted)',
    '--mantine-color-disabled-border': 'var(--nc-line)',
  };
  return { variables: {}, light: both, dark: both };
};

/** The one theme. */
export const theme = createTheme({
  primaryColor: 'play',
  colors: {
    ...Object.fromEntries(accents.map((name) => [name, shades(name)])),
    // Mantine draws borders, fields and tracks from these two rows; each step is one of our own surfaces.
    dark: [
      '#E9EDF7',
      '#C6CEE0',
      '#A3AEC6',
      '#A3AEC6',
      '#2C3550',
      '#232B41',
      '#1C2333',
      '#141925',
      '#10141E',
      '#0C0F16',
    ],
    gray: [
      '#F7F8FB',
      '#EEF1F7',
      '#E2E7F1',
      '#C9D1E2',
      '#C9D1E2',
      '#7C88A3',
      '#4C5874',
      '#4C5874',
      '#2A3348',
      '#141925',
    ],
  },
  black: '#0C0F16',
  white: '#FFFFFF',
  fontFamily: 'var(--nc-font)',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  headings: { fontFamily: 'var(--nc-font)', fontWeight: '650' },
  defaultRadius: 10,
  cursorType: 'pointer',
  respectReducedMotion: true,
  variantColorResolver: variants,
  components: {
    // Words may be half as long again in another language: they wrap instead of being cut.
    Button: { classNames: { root: 'nc-button', label: 'nc-button-label' } },
  },
});

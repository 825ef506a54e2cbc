/**
 * Mantine in our own tokens: its components take their colours, sizes and focus from theme/tokens.css.
 */
import {
  createTheme,
  localStorageColorSchemeManager,
  type CSSVariablesResolver,
} from '@mantine/core';

export const theme = createTheme({
  primaryColor: 'station',
  primaryShade: { light: 7, dark: 6 },
  colors: {
    // Mantine's greys, in the blue-grey of our own grounds.
    dark: [
      '#e8edf2',
      '#c3ccd6',
      '#a9b5c1',
      '#8794a2',
      '#53616f',
      '#36424e',
      '#192029',
      '#141a21',
      '#11161c',
      '#0a0d11',
    ],
    station: [
      '#e2f3fa',
      '#c6e5f2',
      '#9dd2e8',
      '#7fc5e0',
      '#62b8da',
      '#3d9cc2',
      '#1d789d',
      '#11648a',
      '#0d5273',
      '#093e58',
    ],
  },
  fontFamily: 'var(--tw-font)',
  fontFamilyMonospace: 'var(--tw-mono)',
  fontSizes: {
    xs: 'var(--tw-text-sm)',
    sm: 'var(--tw-text-md)',
    md: 'var(--tw-text-md)',
    lg: 'var(--tw-text-lg)',
  },
  defaultRadius: 'var(--tw-radius-1)',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'xs' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 30 } },
    TextInput: { defaultProps: { size: 'sm' } },
    NumberInput: { defaultProps: { size: 'sm' } },
    Tooltip: { defaultProps: { openDelay: 350, withArrow: true } },
    Modal: { defaultProps: { centered: true, radius: 'var(--tw-radius-2)' } },
  },
});

const fromTokens = {
  '--mantine-color-body': 'var(--tw-surface)',
  '--mantine-color-text': 'var(--tw-text)',
  '--mantine-color-dimmed': 'var(--tw-text-2)',
  '--mantine-color-placeholder': 'var(--tw-text-3)',
  '--mantine-color-error': 'var(--tw-bad)',
  '--mantine-color-default': 'var(--tw-raised)',
  '--mantine-color-default-hover': 'var(--tw-hover)',
  '--mantine-color-default-color': 'var(--tw-text)',
  '--mantine-color-default-border': 'var(--tw-edge-strong)',
  '--mantine-color-anchor': 'var(--tw-accent)',
};

export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  dark: fromTokens,
  light: fromTokens,
});

export const colorSchemeManager = localStorageColorSchemeManager({ key: 'tallywatch.theme' });

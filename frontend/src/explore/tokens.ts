/** The design tokens as pictures need them: values of the theme of now. */

export const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** Colours that tell rows apart for colour-blind eyes too; dashes and marks repeat what the colour says. */
export const lineColours = (): string[] => [1, 2, 3, 4, 5, 6].map((n) => token(`line-${n}`));

/** The neutral ramp, from the lowest class to the highest. */
export const ramp = (): string[] => [1, 2, 3, 4, 5].map((n) => token(`ramp-${n}`));

/** The text face, as the style sheet names it. */
export const FONT = '"Be Vietnam Pro", "IOC Letters", "Noto Sans", "Segoe UI", system-ui, sans-serif';

/** Calls back when the machine changes between light and dark. */
export function onTheme(changed: () => void): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
}

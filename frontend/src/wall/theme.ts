/** Dark or light, and at which distance the screen is read. The address wins over what the screen remembers, that over the machine. */

const query = new URLSearchParams(location.search);
const DESK_BELOW = 1600;
const KEPT = "wall-theme";

type Theme = "dark" | "light";

const themeOf = (text: string | null): Theme | null => (text === "light" || text === "dark" ? text : null);

let apply = (): void => undefined;

/** Applies both, and again when the machine's preference or the window changes; calls `changed` after each. */
export function applyLook(changed: () => void): void {
  const root = document.documentElement;
  const light = matchMedia("(prefers-color-scheme: light)");
  const distance = query.get("distance");
  apply = (): void => {
    root.dataset.theme = themeOf(query.get("theme")) ?? themeOf(localStorage.getItem(KEPT)) ?? (light.matches ? "light" : "dark");
    // Below the width of a wall the text follows the browser's own zoom (WCAG 1.4.4); zooming in narrows a window.
    const desk = distance === "desk" || (distance !== "wall" && innerWidth < DESK_BELOW);
    root.dataset.distance = desk ? "desk" : "wall";
    changed();
  };
  light.addEventListener("change", apply);
  addEventListener("resize", apply);
  apply();
}

/** Changes to the other theme and remembers it on this screen; the address no longer counts. */
export function switchTheme(): void {
  localStorage.setItem(KEPT, document.documentElement.dataset.theme === "light" ? "dark" : "light");
  query.delete("theme");
  apply();
}

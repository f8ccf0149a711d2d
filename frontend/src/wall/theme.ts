/** Dark or light, and at which distance the screen is read. The address wins over what the machine prefers. */

const query = new URLSearchParams(location.search);
const DESK_BELOW = 1600;

/** Applies both, and again when the machine's preference or the window changes; calls `changed` after each. */
export function applyLook(changed: () => void): void {
  const root = document.documentElement;
  const light = matchMedia("(prefers-color-scheme: light)");
  const asked = query.get("theme");
  const distance = query.get("distance");
  const apply = (): void => {
    root.dataset.theme = asked === "light" || asked === "dark" ? asked : light.matches ? "light" : "dark";
    // Below the width of a wall the text follows the browser's own zoom (WCAG 1.4.4); zooming in narrows a window.
    const desk = distance === "desk" || (distance !== "wall" && innerWidth < DESK_BELOW);
    root.dataset.distance = desk ? "desk" : "wall";
    changed();
  };
  light.addEventListener("change", apply);
  addEventListener("resize", apply);
  apply();
}

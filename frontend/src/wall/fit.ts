/** Sizes that only the laid-out page knows. */

const rem = (): number => parseFloat(getComputedStyle(document.documentElement).fontSize);

/** Shrinks a banner title through the sizes it offers (`data-fit`, rem) until it fits its box. */
export function fitText(element: HTMLElement): void {
  const box = element.parentElement;
  if (!box) return;
  for (const size of (element.dataset.fit ?? "").split(" ")) {
    element.style.fontSize = `${size}rem`;
    element.classList.toggle("lines", Number(size) <= 4);
    if (element.scrollWidth <= box.clientWidth + 1 && element.scrollHeight <= box.clientHeight + 1) return;
  }
}

/** Makes tile names that are wider than their tile smaller, then breaks them into two lines. */
export function fitNames(names: Iterable<HTMLElement>): void {
  for (const name of names) {
    for (const size of ["", "smaller", "lines"]) {
      name.dataset.size = size;
      if (name.scrollWidth <= name.clientWidth) break;
    }
  }
}

/** Makes a key figure smaller where it is wider than its tile: a figure is never cut. */
export function fitFigures(values: Iterable<HTMLElement>): void {
  for (const value of values) {
    for (const size of ["", "smaller", "smallest"]) {
      value.dataset.size = size;
      if (value.scrollWidth <= value.clientWidth + 1) break;
    }
  }
}

/** Leaves the goal out of the line below a figure where it would be cut; what is still too long takes two lines. */
export function fitCounts(lines: Iterable<HTMLElement>): void {
  for (const line of lines) {
    for (const size of ["", "short", "lines"]) {
      line.dataset.size = size;
      if (line.scrollWidth <= line.clientWidth) break;
    }
  }
}

/** Sets boards that have no room side by side in two lines, then offers them in a list; a phone's bar scrolls instead. */
export function fitTabs(bar: HTMLElement | null): void {
  if (!bar) return;
  for (const size of matchMedia(PHONE).matches ? [""] : ["", "lines", "list"]) {
    bar.dataset.size = size;
    if (bar.scrollWidth <= bar.clientWidth && bar.scrollHeight <= bar.clientHeight) return;
  }
}

/** A phone's bar scrolls: it begins with the board that is shown. */
export function showCurrent(bar: HTMLElement): void {
  const current = bar.querySelector<HTMLElement>("[aria-current=page]");
  if (current) bar.scrollLeft = current.offsetLeft - (bar.clientWidth - current.offsetWidth) / 2;
}

/** How many rows of at least `--row-min` (rem) a list has room for: whole rows only, since nothing on the wall scrolls. */
export function rowsThatFit(list: HTMLElement): number {
  const least = parseFloat(getComputedStyle(list).getPropertyValue("--row-min")) * rem();
  return Math.max(1, Math.floor((list.clientHeight + 1) / least));
}

/** A phone scrolls: its lists have a fixed length instead of a height. */
export const PHONE = "(max-width: 700px)";

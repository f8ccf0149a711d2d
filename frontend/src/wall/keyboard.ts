export interface Keys {
  acknowledge: () => void;
  next: () => void;
  previous: () => void;
  why: () => void;
  shelve: () => void;
  mute: () => void;
  since: () => void;
  help: () => void;
}

const LETTERS: Record<string, keyof Keys> = { n: "acknowledge", j: "next", k: "previous", v: "why", g: "shelve", m: "mute", t: "since", "?": "help" };

/** Elements in which a letter is text. */
const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName));

/** Listens to single letters while `enabled` says so. Escape is the dialog's own. */
export function listen(keys: Keys, enabled: () => boolean): void {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (!enabled() || typing(event.target)) return;
    const name = LETTERS[event.key.toLowerCase()];
    if (!name) return;
    event.preventDefault();
    keys[name]();
  });
}

/** Up and down move through the rows of the list that has the focus, or into the first list. They type nothing anywhere. */
export function listenToArrows(root: HTMLElement): void {
  addEventListener("keydown", (event) => {
    const step = ARROWS[event.key];
    if (step === undefined || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = neighbour(root, step);
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}

const ARROWS: Record<string, 1 | -1> = { ArrowDown: 1, ArrowUp: -1 };

/** The button of the row below or above the focused one, of the first row when nothing has the focus. */
function neighbour(root: HTMLElement, step: 1 | -1): HTMLElement | null {
  const focused = document.activeElement;
  if (focused === document.body) return whatOf(root.querySelector("[data-rows] > li"));
  const row = focused?.closest(".rows > li");
  return whatOf((step > 0 ? row?.nextElementSibling : row?.previousElementSibling) ?? null);
}

const whatOf = (row: Element | null): HTMLElement | null => row?.querySelector<HTMLElement>("button.what") ?? null;

export interface Keys {
  acknowledge: () => void;
  next: () => void;
  previous: () => void;
  why: () => void;
  help: () => void;
}

const LETTERS: Record<string, keyof Keys> = { n: "acknowledge", j: "next", k: "previous", v: "why", "?": "help" };

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

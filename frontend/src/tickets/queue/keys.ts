/* Keys of one letter (WCAG 2.1.4): off inside fields and with Ctrl, Alt or Meta, can be switched off, and each one has a
   button that does the same. */
import { deviceShelf, keep, read } from "../../pages/store";
import { toggle, toggleAll } from "./select";

const KEPT = "ioc.tickets.keys";
const isSwitch = (value: unknown): value is boolean => typeof value === "boolean";

/** Whether what is typed goes into a field. */
export function typing(target: { tagName?: string; isContentEditable?: boolean; type?: string } | null): boolean {
  if (!target) return false;
  if (target.isContentEditable) return true;
  if (target.tagName === "INPUT") return !["checkbox", "radio", "button", "submit"].includes(target.type ?? "text");
  return target.tagName === "TEXTAREA" || target.tagName === "SELECT";
}

/** The row to go to: the next or the one before, at the ends where it stands. */
export const step = (count: number, here: number, by: 1 | -1): number =>
  count === 0 ? -1 : here < 0 ? (by > 0 ? 0 : count - 1) : Math.min(count - 1, Math.max(0, here + by));

const rows = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>("[data-row]")];
const current = (): HTMLElement | null => document.querySelector<HTMLElement>("[data-row].is-cur");

function go(by: 1 | -1): void {
  const all = rows();
  const now = current();
  const next = all[step(all.length, now ? all.indexOf(now) : -1, by)];
  if (!next) return;
  now?.classList.remove("is-cur");
  next.classList.add("is-cur");
  next.querySelector<HTMLAnchorElement>("a[href]")?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function open(): void {
  current()?.querySelector<HTMLAnchorElement>("a[href]")?.click();
}

/** Press a verb: for what is selected, else for the row one stands on. */
function press(key: string): boolean {
  const row = current();
  if (!document.querySelector("[data-row] [name=t]:checked") && row) toggle(row);
  const buttons = [...document.querySelectorAll<HTMLButtonElement>("[data-bulk] [data-verb]:not([hidden])")];
  const button = buttons.find((one) => one.querySelector("kbd")?.textContent.toLowerCase() === key);
  button?.click();
  return button !== undefined;
}

function help(): void {
  document.querySelector<HTMLDialogElement>("[data-help]")?.showModal();
}

const DEEDS: Record<string, () => void> = {
  j: () => { go(1); },
  k: () => { go(-1); },
  o: open,
  x: () => { const row = current(); if (row) toggle(row); },
  a: () => { toggleAll(); },
  r: () => { document.querySelector<HTMLAnchorElement>("a.fresh")?.click(); },
  "/": () => { document.querySelector<HTMLInputElement>("#search")?.focus(); },
  "?": help,
};

/** Whether the keys are on; they are until somebody switches them off on this device. */
const on = (): boolean => read(deviceShelf(), KEPT, isSwitch) ?? true;

const chord = (event: KeyboardEvent): boolean => event.ctrlKey || event.altKey || event.metaKey || event.isComposing;

/** Whether a key means nothing here: it goes into a field or a dialog, or belongs to the browser. */
const elsewhere = (event: KeyboardEvent): boolean =>
  event.defaultPrevented || chord(event) || typing(event.target as HTMLElement | null) || document.querySelector("dialog[open]") !== null;

/** Do what a key stands for; tells whether it stands for anything. */
function does(key: string): boolean {
  const deed = DEEDS[key];
  if (!deed) return /^[a-z]$/.test(key) && press(key);
  deed();
  return true;
}

function pressed(event: KeyboardEvent): void {
  if (elsewhere(event)) return;
  if (event.key === "Escape") toggleAll(false);
  else if (on() && does(event.key.toLowerCase())) event.preventDefault();
}

/** Listen to keys, and show their buttons. */
export function startKeys(): void {
  const bar = document.querySelector<HTMLElement>("[data-keys]");
  if (!bar) return;
  bar.hidden = false;
  for (const button of bar.querySelectorAll<HTMLButtonElement>("[data-key]")) {
    button.addEventListener("click", () => {
      DEEDS[button.dataset.key ?? ""]?.();
    });
  }
  const box = document.querySelector<HTMLInputElement>("[data-keys-on]");
  if (box) {
    box.checked = on();
    box.addEventListener("change", () => {
      keep(deviceShelf(), KEPT, box.checked);
    });
  }
  document.addEventListener("keydown", pressed);
}

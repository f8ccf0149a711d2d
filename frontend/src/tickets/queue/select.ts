/* Which rows are selected, and the bar that shows only what all of them allow. */

export const MOST = 200;

/** The verbs that every one of these lists holds. */
export function common(lists: readonly string[][]): Set<string> {
  const [first, ...rest] = lists;
  const found = new Set(first ?? []);
  for (const list of rest) for (const verb of [...found]) if (!list.includes(verb)) found.delete(verb);
  return found;
}

const boxes = (): HTMLInputElement[] => [...document.querySelectorAll<HTMLInputElement>("[data-row] [name=t]")];
const verbsOf = (box: HTMLInputElement): string[] => (box.dataset.verbs ?? "").split(" ").filter(Boolean);

/** Tick or untick a row, as the keyboard does. */
export function toggle(row: HTMLElement): void {
  const box = row.querySelector<HTMLInputElement>("[name=t]");
  if (!box) return;
  box.checked = !box.checked;
  show();
}

/** Tick every row, or none when every one is ticked. */
export function toggleAll(on = !boxes().every((box) => box.checked)): void {
  for (const box of boxes()) box.checked = on;
  show();
}

/** Bring the bar in step with what is ticked. */
export function show(): void {
  const bar = document.querySelector<HTMLFormElement>("[data-bulk]");
  if (!bar) return;
  const all = boxes();
  const ticked = all.filter((box) => box.checked);
  bar.hidden = ticked.length === 0;
  document.body.classList.toggle("has-bulk", ticked.length > 0);
  for (const box of all) box.closest("[data-row]")?.classList.toggle("is-sel", box.checked);
  for (const one of document.querySelectorAll<HTMLInputElement>("[data-all]")) {
    one.checked = ticked.length > 0 && ticked.length === all.length;
    one.indeterminate = ticked.length > 0 && ticked.length < all.length;
  }
  if (ticked.length) label(bar, ticked);
}

/** Show the buttons of these verbs; returns how many there are. */
function offer(bar: HTMLElement, allowed: Set<string>): number {
  let shown = 0;
  for (const button of bar.querySelectorAll<HTMLButtonElement>("[data-verb]")) {
    button.hidden = !allowed.has(button.dataset.verb ?? "");
    if (!button.hidden) shown += 1;
  }
  return shown;
}

/** Which of the bar's sentences fits: too many, nothing to do, one, several. */
export function sentence(ticked: number, shown: number): "most" | "nothing" | "one" | "many" {
  if (ticked > MOST) return "most";
  if (shown === 0) return "nothing";
  return ticked === 1 ? "one" : "many";
}

function label(bar: HTMLFormElement, ticked: HTMLInputElement[]): void {
  const hint = bar.querySelector<HTMLElement>("[data-hint]");
  if (!hint) return;
  const allowed = ticked.length <= MOST ? common(ticked.map(verbsOf)) : new Set<string>();
  const words = hint.dataset;
  hint.textContent = words[sentence(ticked.length, offer(bar, allowed))] ?? "";
  const text = (ticked.length === 1 ? words.selectedOne : words.selected) ?? "";
  const bold = Object.assign(document.createElement("b"), { textContent: text.replace("{count}", String(ticked.length)) });
  bar.querySelector("[data-count]")?.replaceChildren(bold);
}

/** Listen to ticks; without a script every row has its box and the bar answers with what fits. */
export function startSelecting(): void {
  document.addEventListener("change", (event) => {
    const box = event.target as HTMLInputElement;
    if (box.matches("[data-all]")) toggleAll(box.checked);
    else if (box.matches("[data-row] [name=t]")) show();
  });
  const clear = document.querySelector<HTMLButtonElement>("[data-clear]");
  if (clear) {
    clear.hidden = false;
    clear.addEventListener("click", () => {
      toggleAll(false);
    });
  }
  show();
}

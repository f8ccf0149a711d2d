/* Small helps on a ticket's page; without them the same links and forms do the same by a page each. */

const PERSONAL = /(?:^|[^\d])(?:(?:\+?84|0)[ .]?[35789]\d(?:[ .]?\d){7}|\d{12})(?!\d)/;

/** Tell whether words hold a mobile number or a citizen's number, as people write them. */
export function looksPersonal(words: string): boolean {
  return PERSONAL.test(words);
}

function flag(form: Element | null): void {
  const warning = form?.querySelector<HTMLElement>("[data-personal]");
  const words = form?.querySelector("textarea")?.value ?? "";
  if (warning) warning.hidden = !looksPersonal(words);
}

/** A standard text goes to where it belongs: behind what has been written, never in its place. */
function insert(link: HTMLElement): boolean {
  const form = link.closest("form");
  const wanted = link.dataset.for === "public" ? "public_text" : "note";
  const field =
    form?.querySelector<HTMLTextAreaElement>(`textarea[name=${wanted}]`) ?? form?.querySelector("textarea");
  if (!form || !field) return false;
  field.value = [field.value.trimEnd(), link.dataset.text ?? ""].filter(Boolean).join("\n");
  const audience = form.querySelector<HTMLInputElement>("[name=audience][value=public]");
  if (audience && link.dataset.for === "public") audience.checked = true;
  field.focus();
  flag(form);
  return true;
}

export function helpCasework(): void {
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLElement>("[data-text]");
    if (!link || !insert(link)) return;
    event.preventDefault();
    link.closest("details")?.removeAttribute("open");
  });
  document.addEventListener("input", (event) => {
    flag((event.target as Element).closest("form"));
  });
  document.addEventListener("change", (event) => {
    const input = event.target as HTMLInputElement;
    if (input.type !== "file") return;
    const form = input.closest("form");
    if (form?.hasAttribute("data-autosend")) form.requestSubmit();
    const chosen = form?.querySelector<HTMLElement>("[data-chosen]");
    if (chosen && input.files?.[0]) chosen.textContent = input.files[0].name;
  });
}

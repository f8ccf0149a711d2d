/* The report's form: it works as a plain form; here it gains a draft, a truthful send button and sending in place, so that
   a dead network never shows the browser's own error page. The hidden key makes any repetition the same report. */
import type { Shelf } from "../pages/store";
import { forgetDraft, loadDraft, saveDraft } from "./draft";
import { setUpLocation } from "./locate";

const PATIENCE = 30_000;

/** Wire the form inside `main`; called again on the form that an answer brought. */
export function setUpReport(main: HTMLElement, shelf: Shelf | null): void {
  const form = main.querySelector<HTMLFormElement>("form[data-report]");
  if (form) new Report(main, form, shelf).start();
}

class Report {
  private sending = false;
  private pending = false;
  /** Ends the listeners of a form that an answer replaced. */
  private readonly end = new AbortController();

  constructor(
    private readonly main: HTMLElement,
    private readonly form: HTMLFormElement,
    private readonly shelf: Shelf | null,
  ) {}

  start(): void {
    const refused = this.main.querySelector("[data-summary]") !== null;
    if (!refused) this.restore();
    const changed = (): void => {
      saveDraft(this.shelf, this.values(), Date.now());
      this.progress();
    };
    setUpLocation(this.form, changed);
    const { signal } = this.end;
    this.form.addEventListener("input", changed, { signal });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.send();
    });
    this.main.querySelector("[data-forget]")?.addEventListener("click", () => {
      forgetDraft(this.shelf);
      window.location.replace(this.form.action);
    });
    this.form.querySelector<HTMLInputElement>("[name=phone]")?.addEventListener("input", () => {
      const way = this.form.querySelector<HTMLInputElement>("[name=inform][value=phone]");
      if (way) way.checked = true;
    });
    window.addEventListener("offline", () => { this.label(); }, { signal });
    window.addEventListener("online", () => {
      this.label();
      if (this.pending) void this.send();
    }, { signal });
    this.progress();
    this.label();
  }

  private values(): Record<string, string> {
    const values: Record<string, string> = {};
    for (const [name, value] of new FormData(this.form)) {
      if (name !== "csrfmiddlewaretoken" && typeof value === "string") values[name] = value;
    }
    return values;
  }

  private restore(): void {
    const draft = loadDraft(this.shelf, Date.now());
    if (!draft) return;
    for (const [name, value] of Object.entries(draft.values)) {
      const field = this.form.elements.namedItem(name);
      if (field instanceof RadioNodeList) field.value = value;
      else if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement) {
        field.value = value;
      }
    }
    const chosen = this.form.querySelector<HTMLInputElement>(".more [name=category]:checked");
    if (chosen) chosen.closest("details")?.setAttribute("open", "");
    this.show("[data-restored]", true);
  }

  private progress(): void {
    const values = this.values();
    const done = {
      where: Boolean(values.unit) || Boolean(values.lon && values.lat),
      what: Boolean(values.description?.trim()),
    };
    for (const [step, isDone] of Object.entries(done)) {
      this.form.querySelector(`[data-step=${step}]`)?.classList.toggle("is-done", isDone);
    }
    this.say(Object.keys(done).filter((step) => !done[step as keyof typeof done]));
  }

  /** Name the required parts that are still empty. */
  private say(missing: string[]): void {
    const bar = this.form.querySelector<HTMLProgressElement>("[data-progress]");
    const text = this.form.querySelector<HTMLElement>("[data-progress-text]");
    if (!bar || !text) return;
    bar.hidden = false;
    bar.value = 2 - missing.length;
    const key = missing.length === 2 ? "needed" : (missing[0] ?? "ready");
    text.textContent = text.dataset[key] ?? "";
  }

  private label(): void {
    const text = this.form.querySelector<HTMLElement>("[data-send] [data-online]");
    if (!text) return;
    const state = this.sending ? "sending" : navigator.onLine ? "online" : "later";
    text.textContent = text.dataset[state] ?? "";
    this.form.querySelector("[data-send]")?.setAttribute("aria-busy", String(this.sending));
  }

  private show(selector: string, on: boolean): void {
    const note = this.main.querySelector<HTMLElement>(selector);
    if (note) note.hidden = !on;
  }

  private async send(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    this.label();
    saveDraft(this.shelf, this.values(), Date.now());
    try {
      await this.post();
      this.pending = false;
    } catch {
      this.pending = true;
      this.show("[data-restored]", false);
      this.show("[data-offline]", true);
      this.main.querySelector("[data-offline]")?.scrollIntoView({ block: "center" });
    } finally {
      this.sending = false;
      this.label();
    }
  }

  private async post(): Promise<void> {
    const patience = new AbortController();
    const timer = window.setTimeout(() => { patience.abort(); }, PATIENCE);
    try {
      const answer = await fetch(this.form.action, { method: "POST", body: new FormData(this.form), signal: patience.signal });
      const page = await answer.text();
      if (answer.ok && answer.redirected) window.location.assign(answer.url);
      else if (answer.status === 422) this.replace(page);
      else throw new Error(`the centre answered ${answer.status}`);
    } finally {
      window.clearTimeout(timer);
    }
  }

  /** Show the form as the centre sent it back, with what is wrong on top. */
  private replace(page: string): void {
    const answer = new DOMParser().parseFromString(page, "text/html");
    const fresh = answer.querySelector("main");
    if (!fresh) throw new Error("the answer is no page");
    this.end.abort();
    this.main.replaceChildren(...fresh.childNodes);
    const icons = answer.querySelector("[data-sprite]");
    if (icons) document.querySelector("[data-sprite]")?.replaceWith(icons);
    setUpReport(this.main, this.shelf);
    const summary = this.main.querySelector<HTMLElement>("[data-summary]");
    summary?.focus();
  }
}

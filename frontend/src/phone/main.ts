/* One ticket on a phone. Forms post without this; with it a press is kept first and sent then, so that a network that goes
   in between takes nothing along. */
import "./phone.css";

import { type Answer, forget, keep, type Kept, send, waiting } from "./outbox";
import { shrunk } from "./photo";

const HERE = location.pathname;
/** Absent where the page did not come over https. */
const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
const find = (name: string): HTMLElement | null => document.querySelector<HTMLElement>(`[${name}]`);

function say(word: string): void {
  const said = find("data-said");
  if (!said) return;
  said.textContent = said.dataset[word] ?? "";
  said.hidden = said.textContent === "";
}

function complain(text: string): void {
  const problem = find("data-problem");
  if (!problem) return;
  problem.textContent = text;
  problem.hidden = text === "";
}

/** Show the page as it will be once a press has arrived. */
function proceed(deed: string): void {
  const accept = document.querySelector<HTMLFormElement>("form[data-do=accept]");
  const resolve = document.querySelector<HTMLFormElement>("form[data-do=resolve]");
  if (deed === "accept") {
    if (accept) accept.hidden = true;
    if (resolve) resolve.hidden = false;
    return;
  }
  if (deed === "comment") return;
  for (const form of document.querySelectorAll<HTMLElement>("form[data-do], .more")) form.hidden = true;
}

let sending = false;

/** Send what waits, oldest first; stops at the first that finds no network. */
async function flush(): Promise<void> {
  if (sending) return;
  sending = true;
  try {
    for (const one of await waiting(HERE)) {
      const answer = await send(one);
      if (answer.kind === "later") {
        await later();
        return;
      }
      await forget(one.id);
      told(one, answer);
    }
  } finally {
    sending = false;
  }
}

function told(one: Kept, answer: Answer): void {
  if (answer.kind === "refused") {
    say("");
    complain(answer.text);
    return;
  }
  complain("");
  say(one.fields.do ?? "");
}

interface Syncing extends ServiceWorkerRegistration {
  sync?: { register(tag: string): Promise<void> };
}

/** Without a network: the browser sends by itself where it can, else when the page is open again; the words say which. */
async function later(): Promise<void> {
  const registration: Syncing | undefined = await workers?.getRegistration("/t/");
  try {
    if (!registration?.sync) throw new Error("no background sync");
    await registration.sync.register("outbox");
    say("kept");
  } catch {
    say("keptOpen");
  }
}

/** A key of 128 random bits; randomUUID is missing where the page did not come over https. */
const newKey = (): string => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

async function press(form: HTMLFormElement): Promise<void> {
  const deed = form.dataset.do ?? "";
  const data = new FormData(form);
  const fields: Record<string, string> = { do: deed };
  for (const [name, value] of data) if (typeof value === "string") fields[name] = value;
  complain("");
  say("sending");
  await keep({ id: newKey(), url: HERE, fields, photo: deed === "resolve" ? shot : null, at: Date.now() });
  proceed(deed);
  await flush();
}

let shot: Blob | null = null;

async function photographed(input: HTMLInputElement): Promise<void> {
  const file = input.files?.[0];
  if (!file) return;
  shot = await shrunk(file);
  const image = document.querySelector<HTMLImageElement>("[data-shot]");
  const text = find("data-photo-text");
  if (image) {
    image.src = URL.createObjectURL(shot);
    image.hidden = false;
  }
  if (text) text.textContent = text.dataset.ready ?? text.textContent;
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-do]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    press(form).catch(() => {
      form.submit(); // a phone without a store sends as any form does
    });
  });
}
find("data-photo")?.addEventListener("change", (event) => {
  void photographed(event.target as HTMLInputElement);
});
window.addEventListener("online", () => void flush());
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) void flush();
});

/** What waits from before (the page was closed without a network) is shown as pressed, then sent. */
async function begin(): Promise<void> {
  for (const one of await waiting(HERE)) proceed(one.fields.do ?? "");
  await flush();
}
void begin().catch(() => undefined);
workers?.addEventListener("message", () => void begin().catch(() => undefined));
workers?.register("/t/worker.js", { scope: "/t/" }).then(putBy).catch(() => undefined);

/** Put the page and its files by, since they were loaded before the worker stood ready. */
async function putBy(): Promise<void> {
  const files = [...document.querySelectorAll<HTMLScriptElement>("script[src]")].map((one) => one.src);
  const styles = [...document.querySelectorAll<HTMLLinkElement>("link[rel=stylesheet]")].map((one) => one.href);
  await (await caches.open("ioc-phone-1")).addAll([HERE, ...files, ...styles]);
}

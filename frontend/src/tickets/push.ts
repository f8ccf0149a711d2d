/* Notifications of this browser: switched on and off on the page of one's wishes. Without it the page says that there are
   none, which is true. */
type Said = "none" | "denied" | "off" | "on" | "failed";

/** Bytes of base64url, as `PushManager.subscribe` wants the centre's key. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const padded = text.replace(/-/g, "+").replace(/_/g, "/").padEnd(Math.ceil(text.length / 4) * 4, "=");
  const raw = atob(padded);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i += 1) bytes[i] = raw.charCodeAt(i);
  return bytes;
}

/** What a browser is called in the list of one's browsers. */
export function nameOf(agent: string): string {
  const known = ["Edg", "Firefox", "Chrome", "Safari"].find((one) => agent.includes(`${one}/`)) ?? "Browser";
  const where = ["Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux"].find((one) => agent.includes(one));
  return [known === "Edg" ? "Edge" : known, where].filter(Boolean).join(" · ");
}

function say(box: HTMLElement, said: Said): void {
  for (const line of box.querySelectorAll<HTMLElement>("[data-push-said]")) line.hidden = line.dataset.pushSaid !== said;
  for (const button of box.querySelectorAll<HTMLElement>("[data-push-do]")) {
    const needed = said === "on" ? "off" : "on";
    button.hidden = said === "none" || said === "denied" || button.dataset.pushDo !== needed;
  }
}

async function post(url: string, body: unknown): Promise<void> {
  const token = document.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
  const answer = await fetch(url, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(String(answer.status));
}

async function switchOn(box: HTMLElement, worker: ServiceWorkerRegistration): Promise<Said> {
  if ((await Notification.requestPermission()) !== "granted") return "denied";
  const key = bytesOf(box.dataset.key ?? "");
  const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const { endpoint, keys } = made.toJSON();
  await post(box.dataset.devices ?? "", { endpoint, keys, name: nameOf(navigator.userAgent) });
  return "on";
}

async function switchOff(box: HTMLElement, worker: ServiceWorkerRegistration): Promise<Said> {
  const made = await worker.pushManager.getSubscription();
  if (made) {
    await post(box.dataset.end ?? "", { endpoint: made.endpoint });
    await made.unsubscribe();
  }
  return "off";
}

async function start(box: HTMLElement): Promise<void> {
  const worker = await navigator.serviceWorker.register(box.dataset.worker ?? "");
  const there = await worker.pushManager.getSubscription();
  say(box, Notification.permission === "denied" ? "denied" : there ? "on" : "off");
  box.addEventListener("click", (event) => {
    const wanted = (event.target as HTMLElement).closest<HTMLElement>("[data-push-do]")?.dataset.pushDo;
    if (!wanted) return;
    const done = wanted === "on" ? switchOn(box, worker) : switchOff(box, worker);
    done.then(
      (said) => { say(box, said); },
      () => { say(box, "failed"); },
    );
  });
}

/** Offer notifications where the page has a place for them and the browser can take them. */
export function offerPush(): void {
  const box = document.querySelector<HTMLElement>("[data-push]");
  if (!box || !("serviceWorker" in navigator) || !("PushManager" in window)) return;
  start(box).catch(() => { say(box, "none"); });
}

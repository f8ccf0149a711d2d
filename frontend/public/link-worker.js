/* The service worker of the phones' links: the page and its two files stay at hand without a network, and what was kept
   is sent when the network is back (where the browser has Background Sync). It changes nothing by itself. */

const KEPT = "ioc-phone-1";
const PATIENCE = 4000; // milliseconds until a page at hand is shown instead of one that does not come

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function fresh(request) {
  const answer = await fetch(request);
  if (answer.ok) (await caches.open(KEPT)).put(request, answer.clone());
  return answer;
}

async function page(request) {
  const kept = await caches.match(request, { ignoreSearch: true });
  if (!kept) return fresh(request);
  const patience = new Promise((resolve) => setTimeout(() => resolve(kept), PATIENCE));
  return Promise.race([fresh(request).catch(() => kept), patience]);
}

async function file(request) {
  return (await caches.match(request)) || fresh(request);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && url.pathname.startsWith("/t/")) event.respondWith(page(request));
  else if (url.pathname.startsWith("/static/")) event.respondWith(file(request));
});

const asked = (from) =>
  new Promise((resolve, reject) => {
    from.onsuccess = () => resolve(from.result);
    from.onerror = () => reject(from.error);
  });

async function store(mode) {
  const opening = indexedDB.open("ioc-phone", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("outbox", { keyPath: "id" });
  return (await asked(opening)).transaction("outbox", mode).objectStore("outbox");
}

async function send(one) {
  const body = new FormData();
  for (const [name, value] of Object.entries(one.fields)) body.append(name, value);
  if (one.photo) body.append("photo", one.photo, "photo.jpg");
  const headers = { Accept: "application/json", "Idempotency-Key": one.id };
  const answer = await fetch(one.url, { method: "POST", body, headers, credentials: "omit" });
  if (answer.status >= 500 || answer.status === 408 || answer.status === 429) throw new Error(String(answer.status));
  await asked((await store("readwrite")).delete(one.id));
}

async function flush() {
  const all = await asked((await store("readonly")).getAll());
  for (const one of all.sort((a, b) => a.at - b.at)) await send(one);
  for (const client of await self.clients.matchAll()) client.postMessage("sent");
}

self.addEventListener("sync", (event) => {
  if (event.tag === "outbox") event.waitUntil(flush());
});

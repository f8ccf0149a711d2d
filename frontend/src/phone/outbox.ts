/* What was pressed without a network: kept in IndexedDB (photographs too), sent in order, each under its own key, so that
   sending it twice does it once. The service worker (public/link-worker.js) reads the same store. */

export interface Kept {
  /** The Idempotency-Key. */
  id: string;
  url: string;
  fields: Record<string, string>;
  photo: Blob | null;
  at: number;
}

export type Answer =
  | { kind: "done"; state: string; text: string }
  | { kind: "refused"; text: string }
  | { kind: "later" };

const NAME = "ioc-phone";
const STORE = "outbox";

function request<T>(from: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    from.onsuccess = () => {
      resolve(from.result);
    };
    from.onerror = () => {
      reject(from.error ?? new Error("the phone's store failed"));
    };
  });
}

async function store(mode: IDBTransactionMode): Promise<IDBObjectStore> {
  const opening = indexedDB.open(NAME, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore(STORE, { keyPath: "id" });
  };
  return (await request(opening)).transaction(STORE, mode).objectStore(STORE);
}

/** Keep one thing until it has been sent. */
export async function keep(one: Kept): Promise<void> {
  await request((await store("readwrite")).put(one));
}

/** It has been sent, or refused for good. */
export async function forget(id: string): Promise<void> {
  await request((await store("readwrite")).delete(id));
}

/** What waits to be sent to an address, oldest first. */
export async function waiting(url: string): Promise<Kept[]> {
  const all = await request((await store("readonly")).getAll() as IDBRequest<Kept[]>);
  return all.filter((one) => one.url === url).sort((a, b) => a.at - b.at);
}

/** Whether an answer ends the matter: a failing server or network is asked again, a refusal is not. */
export const final = (status: number): boolean => status < 500 && status !== 408 && status !== 429;

/** Send one thing. */
export async function send(one: Kept): Promise<Answer> {
  const body = new FormData();
  for (const [name, value] of Object.entries(one.fields)) body.append(name, value);
  if (one.photo) body.append("photo", one.photo, "photo.jpg");
  let answer: Response;
  try {
    const headers = { Accept: "application/json", "Idempotency-Key": one.id };
    answer = await fetch(one.url, { method: "POST", body, headers, credentials: "omit" });
  } catch {
    return { kind: "later" };
  }
  if (!final(answer.status)) return { kind: "later" };
  const said = (await answer.json().catch(() => ({}))) as { state?: string; text?: string; problem?: string };
  return answer.ok
    ? { kind: "done", state: said.state ?? "", text: said.text ?? "" }
    : { kind: "refused", text: said.problem ?? String(answer.status) };
}

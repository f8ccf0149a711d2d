/* What a page keeps on the citizen's own device. Storage may be full, forbidden or absent (private windows, in-app browsers):
   then nothing is kept and the page works on. */

export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** The device's storage, or null where a page may have none. */
export function deviceShelf(): Shelf | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

/** Read a JSON value; null when it is absent, unreadable or refused by `is`. */
export function read<T>(shelf: Shelf | null, key: string, is: (value: unknown) => value is T): T | null {
  try {
    const text = shelf?.getItem(key);
    if (text == null) return null;
    const value: unknown = JSON.parse(text);
    return is(value) ? value : null;
  } catch {
    return null;
  }
}

/** Keep a JSON value; tells whether it is kept. */
export function keep(shelf: Shelf | null, key: string, value: unknown): boolean {
  try {
    if (!shelf) return false;
    shelf.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/** Remove a value. */
export function drop(shelf: Shelf | null, key: string): void {
  try {
    shelf?.removeItem(key);
  } catch {
    // A shelf that can't be read holds nothing to remove.
  }
}

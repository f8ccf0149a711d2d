import { formatInstant, formatNumber } from "./format";
import type { StringId } from "./strings";
import type { Language, Localised, Message, Param, Text } from "./types";

export interface Catalogue {
  language: Language;
  catalog: Record<string, string>;
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;
const PLACEHOLDER = /\{(\w+)\}/g;

const isMessage = (value: object): value is Message => "msgid" in value;

/** Turns messages into text in one language. A message id without a translation is shown as it is: plain English. */
export class Messages {
  readonly language: Language;
  private readonly catalog: Record<string, string>;

  constructor({ language, catalog }: Catalogue) {
    this.language = language;
    this.catalog = catalog;
  }

  /** A text of the wall itself. */
  readonly t = (id: StringId, params: Record<string, Param> = {}): string => this.fill(id, params);

  /** A text that came from the server; nothing for null. */
  readonly text = (text: Text | null | undefined): string => {
    if (text == null) return "";
    if (typeof text === "string") return text;
    return isMessage(text) ? this.fill(text.msgid, text.params ?? {}) : this.pick(text);
  };

  /** A text that begins a line: with a capital, whatever it begins with. */
  readonly title = (text: Text | null | undefined): string => {
    const words = this.text(text);
    const [first = ""] = words;
    return first.toLocaleUpperCase(this.language) + words.slice(first.length);
  };

  private fill(msgid: string, params: Record<string, Param>): string {
    const template = this.catalog[msgid] ?? msgid;
    return template.replace(PLACEHOLDER, (whole, name: string) => {
      const value = params[name];
      return value === undefined ? whole : this.value(value);
    });
  }

  private value(value: Param): string {
    if (value === null) return "";
    if (typeof value === "number") return formatNumber(value, this.language);
    if (typeof value === "string") return INSTANT.test(value) ? formatInstant(value, this.language) : value;
    if (typeof value === "boolean") return String(value);
    return this.text(value);
  }

  private pick(pair: Localised): string {
    return pair[this.language] || pair.vi || pair.en;
  }
}

/** Fetches the catalogue. Rejects on failure: the caller decides how long to wait for words. */
export async function loadMessages(url: string): Promise<Messages> {
  const response = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  if (!response.ok) throw new Error(`messages: HTTP ${response.status}`);
  const body = (await response.json()) as Catalogue;
  return new Messages({ language: body.language, catalog: body.catalog });
}

/** Words before the catalogue came. */
export const plainMessages = (language: Language): Messages => new Messages({ language, catalog: {} });

import { describe, expect, it } from "vitest";

import { Messages } from "./messages";
import { STRINGS } from "./strings";

const vi = new Messages({
  language: "vi",
  catalog: { "{n} reports in {place}": "{n} phản ánh ở {place}", "commune {name}": "xã {name}", Open: "Đang mở" },
});
const en = new Messages({ language: "en", catalog: {} });

describe("a message", () => {
  it("is rendered with numbers in the language, pairs and nested messages", () => {
    const message = {
      msgid: "{n} reports in {place}",
      params: { n: 1234.5, place: { msgid: "commune {name}", params: { name: { vi: "Bến Gỗ", en: "Ben Go" } } } },
    };
    expect(vi.text(message)).toBe("1.234,5 phản ánh ở xã Bến Gỗ");
    expect(en.text(message)).toBe("1,234.5 reports in commune Ben Go");
  });

  it("shows instants in the province's time", () => {
    expect(vi.text({ msgid: "since {at}", params: { at: "2025-11-19T12:04:27+00:00" } })).toBe("since 19:04 19/11/2025");
  });

  it("without a translation is plain English, and an unknown placeholder stays as written", () => {
    expect(vi.text({ msgid: "Nothing {here}", params: {} })).toBe("Nothing {here}");
  });

  it("may be a pair or words as they are", () => {
    expect(vi.text({ vi: "Sở Y tế", en: "Department of Health" })).toBe("Sở Y tế");
    expect(en.text({ vi: "Sở Y tế", en: "" })).toBe("Sở Y tế");
    expect(vi.text("H'Hen")).toBe("H'Hen");
    expect(vi.text(null)).toBe("");
  });

  it("begins a line with a capital", () => {
    expect(vi.title("đèn đường hỏng")).toBe("Đèn đường hỏng");
    expect(vi.title("")).toBe("");
  });

  it("doesn't read placeholders out of its parameters", () => {
    expect(vi.text({ msgid: "{a}", params: { a: "{b}", b: "no" } })).toBe("{b}");
  });
});

describe("the wall's own texts", () => {
  it("are listed once each", () => {
    expect(new Set(STRINGS).size).toBe(STRINGS.length);
  });
});

// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from "vitest";

import { atWork } from "./hand";

afterEach(() => {
  document.body.replaceChildren();
});

/** A ticket's page of this content. */
function ticket(html: string): HTMLElement {
  document.body.innerHTML = `<button id="outside"></button><div id="ticket">${html}</div>`;
  return document.querySelector<HTMLElement>("#ticket") ?? document.body;
}

describe("a hand in the page", () => {
  it("is a focused button, an open form or menu, a text or a press on its way", () => {
    expect(atWork(ticket("<button></button>"), document.querySelector("#ticket button"))).toBe(true);
    expect(atWork(ticket('<form id="do"></form>'), null)).toBe(true);
    expect(atWork(ticket("<details open></details>"), null)).toBe(true);
    expect(atWork(ticket("<textarea>Kho hết</textarea>"), null)).toBe(true);
    expect(atWork(ticket('<form class="htmx-request"></form>'), null)).toBe(true);
  });

  it("is none when one only reads", () => {
    const page = ticket("<details></details><textarea></textarea><input type='file'>");
    expect(atWork(page, document.querySelector("#outside"))).toBe(false);
    expect(atWork(page, null)).toBe(false);
  });
});

// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from "vitest";

import { startBack } from "./back";

const TICKET = '<div id="ticket"><a data-back href="/tickets/"><svg></svg><span>Back to the list</span></a></div>';
const way = (): [string | null, string | null] => {
  const link = document.querySelector("[data-back]");
  return [link?.getAttribute("href") ?? null, link?.textContent ?? null];
};

afterEach(() => {
  document.body.replaceChildren();
  sessionStorage.clear();
});

describe("the way back from a ticket", () => {
  it("leads to the list one came from, by its name, also after the ticket was drawn anew", () => {
    history.replaceState(null, "", "/tickets/?holder=all&unit=99002");
    document.body.innerHTML = '<div data-queue data-fresh="/tickets/fresh/"><h1>All tickets</h1></div>';
    startBack();
    document.body.innerHTML = TICKET;
    startBack();
    expect(way()).toEqual(["/tickets/?holder=all&unit=99002", "All tickets"]);
    document.body.innerHTML = TICKET;
    document.body.dispatchEvent(new Event("htmx:afterSettle"));
    expect(way()[1]).toBe("All tickets");
  });

  it("leads to the usual list when one came from elsewhere", () => {
    document.body.innerHTML = TICKET;
    startBack();
    expect(way()).toEqual(["/tickets/", "Back to the list"]);
  });
});

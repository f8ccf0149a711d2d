import { describe, expect, it } from "vitest";

import { ServerClock } from "./clock";

const START = Date.parse("2026-03-02T05:00:00Z");
const iso = (ms: number): string => new Date(START + ms).toISOString();

describe("the server's clock", () => {
  it("goes on between heartbeats by the monotonic timer", () => {
    let timer = 0;
    const clock = new ServerClock(iso(0), () => timer);
    timer = 1500;
    expect(clock.now()).toBe(START + 1500);
  });

  it("trusts the quickest delivery, since a message is never early", () => {
    let timer = 0;
    const clock = new ServerClock(iso(0), () => timer);
    timer = 1000;
    clock.sample(iso(1040));
    expect(clock.now()).toBe(START + 1040);
    clock.sample(iso(700));
    expect(clock.now() - START).toBeGreaterThan(1000);
  });

  it("follows a clock that was set back, as a drill's is", () => {
    let timer = 0;
    const clock = new ServerClock(iso(0), () => timer);
    timer = 1000;
    clock.sample(iso(-3_600_000));
    expect(clock.now()).toBe(START - 3_600_000);
  });

  it("ignores what is no instant", () => {
    const clock = new ServerClock(iso(0), () => 0);
    clock.sample("never");
    expect(clock.now()).toBe(START);
  });
});

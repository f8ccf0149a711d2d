// @vitest-environment happy-dom
import { describe, expect, it, vi } from "vitest";

import { ServerClock } from "../clock";
import { Messages } from "../messages";
import { alert, minutes, NOON, panel, snapshot, ticket } from "../samples";
import { initialState, reduce, type State } from "../state";
import type { Payload } from "../types";
import { ReplayClock } from "./clock";
import { differences } from "./compare";
import { bars, beginOf, dayOf, nextAlarm, nextDay } from "./day";
import { pdfOf } from "./pdf";
import { Player } from "./player";
import { Stream, type StreamOptions } from "./stream";

/** A machine's timer that a test winds by hand. */
function timer(): { now: () => number; pass: (ms: number) => void } {
  let at = 5000;
  return {
    now: () => at,
    pass: (ms) => {
      at += ms;
    },
  };
}

function setUp(): { player: Player; clock: ReplayClock; pass: (ms: number) => void; shown: [number, number][]; stops: () => number } {
  const { now, pass } = timer();
  const clock = new ReplayClock(minutes(0), now);
  const shown: [number, number][] = [];
  const stop = vi.fn();
  const player = new Player({
    clock,
    real: new ServerClock(minutes(120), now),
    stream: { show: (at, speed) => shown.push([at, speed]), stop },
    earliest: NOON - 3_600_000,
    receive: () => undefined,
    changed: () => undefined,
  });
  return { player, clock, pass, shown, stops: () => stop.mock.calls.length };
}

describe("the replay's clock", () => {
  it("runs as fast as the speed says and stands still when paused", () => {
    const { now, pass } = timer();
    const clock = new ReplayClock(minutes(0), now);
    pass(9000);
    expect(clock.now()).toBe(NOON);
    clock.set(NOON, 60);
    pass(1000);
    expect(clock.now()).toBe(NOON + 60_000);
    clock.set(clock.now(), 0);
    pass(1000);
    expect(clock.now()).toBe(NOON + 60_000);
  });

  it("follows the server, never goes back, and never runs far ahead of it", () => {
    const { now, pass } = timer();
    const clock = new ReplayClock(minutes(0), now);
    clock.set(NOON, 60);
    clock.sample(minutes(5));
    expect(clock.now()).toBe(NOON + 300_000);
    pass(500);
    clock.sample(minutes(5));
    expect(clock.now()).toBe(NOON + 330_000);
    pass(60_000);
    clock.sample(minutes(6));
    expect(clock.now()).toBe(NOON + 360_000 + 60_000);
    clock.sample("no time");
    expect(clock.now()).toBe(NOON + 420_000);
  });
});

describe("the player", () => {
  it("plays, pauses where it is, and goes on from there", () => {
    const { player, pass, shown, stops } = setUp();
    player.play();
    pass(2000);
    player.pause();
    expect(player.at).toBe(NOON + 120_000);
    expect(stops()).toBe(1);
    player.toggle();
    expect(shown).toEqual([
      [NOON, 60],
      [NOON + 120_000, 60],
    ]);
  });

  it("changes speed without losing its place", () => {
    const { player, pass, shown } = setUp();
    player.setSpeed(600);
    player.play();
    pass(1000);
    player.setSpeed(1);
    expect(shown.at(-1)).toEqual([NOON + 600_000, 1]);
  });

  it("jumps only within what was recorded and has passed", () => {
    const { player, shown } = setUp();
    player.seek(NOON - 99 * 3_600_000);
    expect(shown.at(-1)).toEqual([NOON - 3_600_000, 0]);
    player.seek(NOON + 99 * 3_600_000);
    expect(shown.at(-1)).toEqual([NOON + 2 * 3_600_000 - 3000, 0]);
    player.play();
    expect(player.playing).toBe(false);
  });

  it("stops when the present is reached and takes from messages what time it is", () => {
    const { player } = setUp();
    player.play();
    player.receive({ type: "heartbeat", epoch: "e", seq: 1, now: minutes(119), real: minutes(121), ended: true });
    expect([player.playing, player.ended]).toEqual([false, true]);
    expect(player.latest).toBe(NOON + 121 * 60_000 - 3000);
  });
});

class FakeSocket {
  onmessage: ((event: MessageEvent<unknown>) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;
  close = vi.fn();
  constructor(readonly url: string) {}
}

function streamOf(change: Partial<StreamOptions> = {}): { stream: Stream; sockets: FakeSocket[]; later: (() => void)[]; refused: number[] } {
  const sockets: FakeSocket[] = [];
  const later: (() => void)[] = [];
  const refused: number[] = [];
  const stream = new Stream({
    url: "/ws/wall/",
    board: "overview",
    open: (url) => {
      const socket = new FakeSocket(url);
      sockets.push(socket);
      return socket;
    },
    receive: () => undefined,
    at: () => NOON + 7000,
    onStatus: () => undefined,
    onRefused: (code) => refused.push(code),
    random: () => 0.5,
    later: (run) => {
      later.push(run);
      return () => undefined;
    },
    ...change,
  });
  return { stream, sockets, later, refused };
}

describe("the stream of the past", () => {
  it("names board, moment and speed, and drops the socket it had", () => {
    const { stream, sockets } = streamOf();
    stream.show(NOON, 60);
    stream.show(NOON, 0);
    expect(sockets[1]?.url).toBe("/ws/wall/?board=overview&at=2026-03-02T05%3A00%3A00.000Z&speed=0");
    expect(sockets[0]?.close).toHaveBeenCalled();
  });

  it("goes on at the moment reached when the socket breaks, and not after its end or a refusal", () => {
    const { stream, sockets, later, refused } = streamOf();
    stream.show(NOON, 60);
    sockets[0]?.onclose?.({ code: 1006 } as CloseEvent);
    expect(stream.status).toBe("broken");
    later[0]?.();
    expect(sockets[1]?.url).toContain(encodeURIComponent(minutes(0).replace("00.000", "07.000")));
    sockets[1]?.onclose?.({ code: 1000 } as CloseEvent);
    stream.show(NOON, 60);
    sockets[2]?.onclose?.({ code: 4401 } as CloseEvent);
    expect(later.length).toBe(1);
    expect(refused).toEqual([4401]);
  });
});

describe("the day", () => {
  it("begins at the province's midnight", () => {
    expect(dayOf(NOON)).toBe("2026-03-02");
    expect(beginOf("2026-03-02")).toBe(Date.parse("2026-03-01T17:00:00Z"));
    expect([nextDay("2026-02-28", 1), nextDay("2026-03-01", -1)]).toEqual(["2026-03-01", "2026-02-28"]);
  });

  it("counts alerts in quarters of an hour", () => {
    const { counts, most } = bars({
      since: "2026-03-02T00:00:00+07:00",
      quarters: [
        { at: "2026-03-02T00:00:00+07:00", count: 2, worst: "low" },
        { at: "2026-03-02T23:45:00+07:00", count: 5, worst: "high" },
      ],
    });
    expect([counts.length, counts[0], counts[95], most]).toEqual([96, 2, 5, 5]);
    expect(bars(null).most).toBe(1);
  });

  it("knows the next and the previous alert", () => {
    const alarms = [5, -5, 1].map((n) => ({ key: `${n}`, at: minutes(n), severity: "low" as const, title: "" }));
    expect(nextAlarm(alarms, NOON, 1)).toBe(NOON + 60_000);
    expect(nextAlarm(alarms, NOON, -1)).toBe(NOON - 300_000);
    expect(nextAlarm(alarms, NOON + 300_000, 1)).toBeNull();
  });
});

const m = new Messages({ language: "vi", catalog: {} });
const stateOf = (...payloads: Payload[]): State => reduce(initialState, snapshot(1, payloads), NOON).state;

describe("compared with now", () => {
  it("says what differs, then and now, and is silent about the rest", () => {
    const level = panel("level", { figure: { ...panel("level").figure, value: 40.69, decimals: 2 } });
    const same = panel("rain");
    const then = stateOf(level, same, alert("a"), alert("b"), ticket("t"));
    const now = stateOf({ ...level, figure: { ...level.figure, value: 33.85 } }, { ...same, silent_since: minutes(-1) }, alert("b"));
    const shown = [`${level.monitor}/${level.panel}`, `${same.monitor}/${same.panel}`];
    const found = differences(m, shown, { state: then, at: NOON }, { state: now, at: NOON });
    expect(found.map(({ figures }) => figures)).toEqual([expect.stringContaining("40,69 → 33,85"), "2 → 1", "1 → 0", "0 → 1"]);
    expect(found[1]?.remark).toBe("1 closed since");
  });

  it("finds nothing between twice the same", () => {
    const state = stateOf(panel("level"), alert("a"));
    expect(differences(m, ["rivers/level"], { state, at: NOON }, { state, at: NOON })).toEqual([]);
  });
});

describe("the document", () => {
  it("is a PDF whose table points at its objects", async () => {
    const blob = await pdfOf({ width: 1920, height: 1080 }, new Blob([new Uint8Array([0xff, 0xd8, 0xff, 0xd9])]));
    const text = new TextDecoder("latin1").decode(await blob.arrayBuffer());
    expect(text.startsWith("%PDF-1.4")).toBe(true);
    const table = text.slice(Number(/startxref\n(\d+)/.exec(text)?.[1]));
    const offsets = [...table.matchAll(/^(\d{10}) 00000 n/gm)].map(([, offset]) => Number(offset));
    expect(offsets.map((offset) => text.slice(offset, offset + 5))).toEqual([1, 2, 3, 4, 5].map((n) => `${n} 0 o`));
    expect(text).toContain("/Width 1920 /Height 1080");
  });
});

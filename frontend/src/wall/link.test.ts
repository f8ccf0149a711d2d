import { beforeEach, describe, expect, it } from "vitest";

import { backoff, CLOSE_LOGIN, Link, type LinkStatus, type Socket } from "./link";
import type { Verdict } from "./state";

class FakeSocket implements Socket {
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  closed = false;
  constructor(readonly url: string) {}
  close(): void {
    this.closed = true;
  }
  say(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) } as MessageEvent<unknown>);
  }
  raw(data: unknown): void {
    this.onmessage?.({ data } as MessageEvent<unknown>);
  }
  end(code = 1006): void {
    this.onclose?.({ code } as CloseEvent);
  }
}

/** A link whose sockets, clock and timers are in the test's hand. */
class Rig {
  now = 100;
  sockets: FakeSocket[] = [];
  timers: { at: number; run: () => void }[] = [];
  verdict: Verdict = "applied";
  place: { epoch: string; seq: number } | null = null;
  statuses: LinkStatus[] = [];
  refused: number[] = [];
  link = new Link({
    url: "ws://centre/ws/wall/",
    board: "overview",
    layout: "v1",
    open: (url) => {
      const socket = new FakeSocket(url);
      this.sockets.push(socket);
      return socket;
    },
    receive: () => this.verdict,
    position: () => this.place,
    onStatus: (status) => this.statuses.push(status),
    onRefused: (code) => this.refused.push(code),
    clock: () => this.now,
    random: () => 1,
    later: (run, seconds) => {
      const timer = { at: this.now + seconds, run };
      this.timers.push(timer);
      return () => {
        this.timers = this.timers.filter((one) => one !== timer);
      };
    },
  });

  get socket(): FakeSocket {
    const last = this.sockets.at(-1);
    if (!last) throw new Error("no socket");
    return last;
  }

  /** Lets seconds pass: timers fire, the link is watched once a second. */
  pass(seconds: number): void {
    for (let i = 0; i < seconds; i += 1) {
      this.now += 1;
      const due = this.timers.filter((timer) => timer.at <= this.now);
      this.timers = this.timers.filter((timer) => timer.at > this.now);
      for (const timer of due) timer.run();
      this.link.watch();
    }
  }

  beat(seq = 5): void {
    this.socket.say({ type: "heartbeat", epoch: 1, seq, now: "" });
  }

  live(): void {
    this.link.connect();
    this.place = { epoch: "1", seq: 5 };
    this.socket.say({ type: "snapshot" });
    this.beat();
  }
}

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
});

describe("the wait before another try", () => {
  it("doubles from half a second to fifteen, with jitter that never goes below half a second", () => {
    expect([0, 1, 2, 3, 4, 5, 9].map((n) => backoff(n, 1))).toEqual([0.5, 1, 2, 4, 8, 15, 15]);
    expect([0, 1, 2, 9].map((n) => backoff(n, 0))).toEqual([0.5, 0.5, 1, 7.5]);
  });
});

describe("a link", () => {
  it("asks for a snapshot first and names the board", () => {
    rig.link.connect();
    expect(rig.socket.url).toBe("ws://centre/ws/wall/?board=overview&layout=v1");
  });

  it("is live once a message came", () => {
    expect(rig.link.status).toBe("connecting");
    rig.live();
    expect(rig.link.status).toBe("live");
  });

  it("resumes from where it stands when the server goes away", () => {
    rig.live();
    rig.socket.end();
    expect(rig.link.status).toBe("retrying");
    rig.pass(1);
    expect(rig.sockets).toHaveLength(2);
    expect(rig.socket.url).toContain("epoch=1&seq=5");
  });

  it("waits longer after each failure and tries for ever", () => {
    rig.live();
    const waits: number[] = [];
    for (let i = 0; i < 8; i += 1) {
      const before = rig.sockets.length;
      rig.socket.end();
      let seconds = 0;
      for (; rig.sockets.length === before; seconds += 1) rig.pass(1);
      waits.push(seconds);
    }
    expect(waits).toEqual([1, 1, 2, 4, 8, 15, 15, 15]);
    expect(rig.link.status).toBe("lost");
    rig.beat();
    expect(rig.link.status).toBe("live");
  });

  it("counts as lost after ten silent seconds and opens another socket", () => {
    rig.live();
    rig.pass(10);
    expect(rig.link.status).toBe("live");
    rig.pass(2);
    expect(rig.link.status).toBe("lost");
    expect(rig.sockets[0]?.closed).toBe(true);
    rig.pass(1);
    expect(rig.sockets).toHaveLength(2);
  });

  it("closes a gap at once, resuming", () => {
    rig.live();
    rig.verdict = "gap";
    rig.socket.say({ type: "frame" });
    expect(rig.sockets).toHaveLength(2);
    expect(rig.socket.url).toContain("seq=5");
  });

  it("doesn't spin when gaps don't end", () => {
    rig.live();
    rig.verdict = "gap";
    for (let i = 0; i < 20; i += 1) rig.socket.say({ type: "frame" });
    expect(rig.sockets).toHaveLength(2);
    rig.pass(1);
    expect(rig.sockets).toHaveLength(3);
  });

  it("doesn't take a snapshot for the end of its troubles, only a heartbeat in step", () => {
    rig.live();
    rig.verdict = "gap";
    rig.socket.say({ type: "frame" });
    rig.verdict = "applied";
    rig.socket.say({ type: "snapshot" });
    rig.verdict = "gap";
    rig.socket.say({ type: "frame" });
    expect(rig.sockets).toHaveLength(2);
    rig.pass(1);
    expect(rig.sockets).toHaveLength(3);
  });

  it("counts as lost after ten seconds without a message, even while a new socket is opening", () => {
    rig.live();
    rig.socket.end();
    rig.pass(11);
    expect(rig.sockets).toHaveLength(2);
    expect(rig.link.status).toBe("lost");
  });

  it("asks for a snapshot when the server's history is another", () => {
    rig.live();
    rig.verdict = "foreign";
    rig.socket.say({ type: "frame" });
    expect(rig.socket.url).not.toContain("epoch");
  });

  it("gives a heartbeat that knows more three seconds, then resumes", () => {
    rig.live();
    rig.verdict = "behind";
    for (let i = 0; i < 3; i += 1) {
      rig.beat(6);
      rig.pass(1);
    }
    expect(rig.sockets).toHaveLength(1);
    rig.beat(6);
    rig.pass(1);
    expect(rig.sockets).toHaveLength(2);
    expect(rig.socket.url).toContain("seq=5");
  });

  it("forgets the lag when the missing frame arrives", () => {
    rig.live();
    rig.verdict = "behind";
    rig.beat(6);
    rig.pass(2);
    rig.verdict = "applied";
    rig.socket.say({ type: "frame" });
    rig.pass(4);
    expect(rig.sockets).toHaveLength(1);
  });

  it("treats what it can't read as a broken socket", () => {
    rig.live();
    rig.socket.raw("{not json");
    expect(rig.sockets[0]?.closed).toBe(true);
    rig.pass(1);
    expect(rig.sockets).toHaveLength(2);
  });

  it("tells when the server refuses it, and keeps trying", () => {
    rig.live();
    rig.socket.end(CLOSE_LOGIN);
    expect(rig.refused).toEqual([CLOSE_LOGIN]);
    rig.pass(1);
    expect(rig.sockets).toHaveLength(2);
  });

  it("tries at once when the network comes back", () => {
    rig.live();
    for (let i = 0; i < 6; i += 1) {
      rig.socket.end();
      rig.pass(15);
    }
    rig.socket.end();
    const before = rig.sockets.length;
    rig.link.wake();
    expect(rig.sockets).toHaveLength(before + 1);
  });

  it("leaves a healthy socket alone when the screen wakes", () => {
    rig.live();
    rig.link.wake();
    expect(rig.sockets).toHaveLength(1);
  });

  it("keeps the last eight beats", () => {
    rig.live();
    for (let i = 0; i < 20; i += 1) {
      rig.now += 1;
      rig.beat();
    }
    expect(rig.link.beats).toHaveLength(8);
    expect(rig.link.beats.at(-1)?.gap).toBe(1);
  });

  it("opens nothing after it was stopped", () => {
    rig.live();
    rig.link.stop();
    rig.pass(60);
    rig.link.wake();
    expect(rig.sockets).toHaveLength(1);
  });
});

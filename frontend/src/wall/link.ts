import type { ServerMessage } from "./types";
import type { Verdict } from "./state";

/** Where the link stands: `retrying` the socket is down but the last message is fresh; `lost` no message for ten seconds. */
export type LinkStatus = "connecting" | "live" | "retrying" | "lost";

export const SUBPROTOCOL = "ioc.wall.v1";
/** Seconds without a heartbeat after which the link counts as lost. */
export const SILENCE = 10;
/** Seconds that a heartbeat may be ahead of us before we ask for what is missing. */
export const PATIENCE = 3;

export const CLOSE_LOGIN = 4401;
export const CLOSE_ROLE = 4403;
/** The board was laid out anew since this page was loaded. */
export const CLOSE_LAYOUT = 4409;

export interface Socket {
  onmessage: ((event: MessageEvent<unknown>) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  close(): void;
}

export interface LinkOptions {
  url: string;
  board: string;
  /** The version of the board's layout that this page was loaded with. */
  layout: string;
  open: (url: string) => Socket;
  /** Takes a message into the state and says what it meant. */
  receive: (message: ServerMessage) => Verdict;
  /** What is known, to resume from; null asks for a snapshot. */
  position: () => { epoch: string; seq: number } | null;
  onStatus: (status: LinkStatus) => void;
  /** The server closed the door for good: 4401, 4403 or 4409. */
  onRefused: (code: number) => void;
  /** Seconds, monotonic. */
  clock: () => number;
  random: () => number;
  later: (run: () => void, seconds: number) => () => void;
}

/** Seconds to wait before the n-th try in a row (0 first): half a second doubling to fifteen, never all screens at once. */
export function backoff(tries: number, random: number): number {
  const most = Math.min(15, 0.5 * 2 ** tries);
  return Math.max(0.5, most * (0.5 + random / 2));
}

/** Heartbeats of the last while, for the bar. */
export interface Beat {
  at: number;
  seq: number;
  /** Seconds since the beat before it. */
  gap: number;
}

/**
 * Keeps one websocket to the hub alive. It decides when to connect, resume and give up; what messages mean is the
 * reducer's matter (`state.ts`).
 */
export class Link {
  status: LinkStatus = "connecting";
  beats: Beat[] = [];
  private readonly options: LinkOptions;
  private socket: Socket | null = null;
  private tries = 0;
  /** When the last message came. */
  private heard: number;
  /** When the socket now in use was opened. */
  private opened: number;
  private behindSince: number | null = null;
  private cancelRetry: (() => void) | null = null;
  private stopped = false;

  constructor(options: LinkOptions) {
    this.options = options;
    this.heard = options.clock();
    this.opened = this.heard;
  }

  /** Seconds since the last message. */
  get silence(): number {
    return this.options.clock() - this.heard;
  }

  /** Connects, from where the state stands unless `fresh`. */
  connect(fresh = false): void {
    this.cancelRetry?.();
    this.cancelRetry = null;
    this.drop();
    if (this.stopped) return;
    this.opened = this.options.clock();
    this.behindSince = null;
    const socket = this.options.open(this.address(fresh));
    this.socket = socket;
    socket.onmessage = ({ data }) => {
      if (typeof data === "string") this.take(data);
    };
    socket.onclose = ({ code }) => {
      this.closed(code);
    };
  }

  /** To be called once a second: notices silence and a lasting lag. */
  watch(): void {
    if (this.stopped) return;
    const now = this.options.clock();
    if (this.silence > SILENCE) this.show("lost");
    if (this.socket === null) return;
    if (now - Math.max(this.heard, this.opened) > SILENCE) this.retry();
    else if (this.behindSince !== null && now - this.behindSince > PATIENCE) this.connect();
  }

  /** The network came back or the screen woke up: try at once instead of waiting for the timer. */
  wake(): void {
    if (this.stopped) return;
    if (this.socket === null || this.silence > SILENCE / 2) {
      this.tries = 0;
      this.connect();
    }
  }

  stop(): void {
    this.stopped = true;
    this.cancelRetry?.();
    this.drop();
  }

  private address(fresh: boolean): string {
    const query = new URLSearchParams({ board: this.options.board, layout: this.options.layout });
    const position = fresh ? null : this.options.position();
    if (position) {
      query.set("epoch", position.epoch);
      query.set("seq", String(position.seq));
    }
    return `${this.options.url}?${query.toString()}`;
  }

  private take(data: string): void {
    let message: ServerMessage;
    try {
      message = JSON.parse(data) as ServerMessage;
    } catch {
      this.retry();
      return;
    }
    const now = this.options.clock();
    this.heard = now;
    if (message.type === "heartbeat") this.beat(now, message.seq);
    this.judge(this.options.receive(message), now, message.type === "heartbeat");
  }

  private beat(now: number, seq: number): void {
    const last = this.beats.at(-1);
    this.beats = [...this.beats.slice(-7), { at: now, seq, gap: last ? now - last.at : 0 }];
  }

  private judge(verdict: Verdict, now: number, heartbeat: boolean): void {
    if (verdict === "gap" || verdict === "foreign") {
      // The first repair is immediate; the next ones wait their turn until a heartbeat says that all is in step.
      if (this.tries === 0) {
        this.tries = 1;
        this.connect(verdict === "foreign");
      } else {
        this.retry(verdict === "foreign");
      }
      return;
    }
    if (verdict === "behind") {
      this.behindSince ??= now;
    } else {
      this.behindSince = null;
      if (heartbeat) this.tries = 0;
    }
    this.show("live");
  }

  private closed(code: number): void {
    this.socket = null;
    if (code === CLOSE_LOGIN || code === CLOSE_ROLE || code === CLOSE_LAYOUT) {
      this.options.onRefused(code);
    }
    this.retry();
  }

  private retry(fresh = false): void {
    this.drop();
    if (this.stopped) return;
    if (this.silence > SILENCE) this.show("lost");
    else if (this.status === "live") this.show("retrying");
    const wait = backoff(this.tries, this.options.random());
    this.tries += 1;
    this.cancelRetry?.();
    this.cancelRetry = this.options.later(() => {
      this.connect(fresh);
    }, wait);
  }

  private drop(): void {
    const socket = this.socket;
    if (socket === null) return;
    this.socket = null;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
  }

  private show(status: LinkStatus): void {
    if (this.status === status) return;
    this.status = status;
    this.options.onStatus(status);
  }
}

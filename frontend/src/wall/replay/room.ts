import { render } from "lit-html";

import type { App } from "../app";
import type { ServerClock } from "../clock";
import type { Messages } from "../messages";
import { initialState, reduce, type State } from "../state";
import type { Replay, SnapshotMessage, WallConfig } from "../types";
import { announced } from "./announced";
import { bottom } from "./bottom";
import { annotate, type Day, dayOf, fetchDay, get, nextAlarm, nextDay } from "./day";
import { exportAs } from "./export";
import type { Player } from "./player";
import { side } from "./side";
import type { Stream } from "./stream";
import { top } from "./top";

/** What stands around the recorded wall, and what of it a person opened. */
export interface View {
  app: App;
  config: WallConfig;
  replay: Replay;
  player: Player;
  m: Messages;
  /** The moment shown and what time it really is, milliseconds. */
  at: number;
  real: number;
  status: Stream["status"];
  day: Day | null;
  dayFailed: boolean;
  now: { state: State; at: number } | null;
  nowFailed: boolean;
  panel: "notes" | "export" | null;
  /** A sentence for a person who just did something. */
  notice: string;
  busy: boolean;
  acts: Room;
}

interface Parts {
  app: App;
  config: WallConfig;
  replay: Replay;
  player: Player;
  real: ServerClock;
  stream: Stream;
}

/** Milliseconds between two looks at the present. */
const NOW = 60_000;
/** Days searched for the next alert. */
const FAR = 7;

export class Room {
  private day: Day | null = null;
  private shownDay = "";
  private dayFailed = false;
  private now: View["now"] = null;
  private nowFailed = false;
  private panel: View["panel"] = null;
  private notice = "";
  private busy = false;
  /** How often somebody chose a moment or played or paused; a jump to an alert is none. */
  private moves = 0;
  private jumps = Promise.resolve();
  private draft = "";
  private readonly places = new Map<string, HTMLElement>();

  constructor(private readonly parts: Parts) {}

  /** Puts frame, bars and lists around the wall. */
  open(): void {
    const wall = document.getElementById("wall");
    if (!wall) return;
    const place = (tag: string, name: string, where: InsertPosition): void => {
      const element = document.createElement(tag);
      element.className = `rp rp-${name}`;
      wall.insertAdjacentElement(where, element);
      this.places.set(name, element);
    };
    place("header", "top", "beforebegin");
    place("footer", "bottom", "afterend");
    place("aside", "side", "afterend");
    if (this.parts.replay.at === null) document.documentElement.classList.add("replay-fault");
    this.moved();
    void this.lookAtNow();
    setInterval(() => void this.lookAtNow(), NOW);
  }

  /** The moment was chosen by hand, or playing began or ended. */
  moved(): void {
    this.moves += 1;
    this.notice = this.parts.player.ended ? this.m.t("This is as far as it goes: the rest is now.") : "";
    this.address();
    this.draw();
  }

  readonly draw = (): void => {
    const view = this.view();
    const day = dayOf(view.at);
    if (day !== this.shownDay) void this.loadDay(day);
    document.documentElement.style.setProperty("--replay-word", JSON.stringify(this.m.t("REPLAY")));
    const parts = { top, side, bottom } as const;
    for (const [name, draw] of Object.entries(parts)) {
      const element = this.places.get(name);
      if (element && (name === "top" || view.replay.at !== null)) render(draw(view), element);
    }
  };

  readonly escape = (): void => {
    if (this.panel) this.toggle(this.panel);
    else location.assign(location.pathname);
  };

  readonly toggle = (panel: Exclude<View["panel"], null>): void => {
    this.panel = this.panel === panel ? null : panel;
    this.draft = `${Math.random()}`.slice(2);
    this.notice = "";
    this.draw();
    if (this.panel) document.querySelector<HTMLElement>(".rp-panel :is(textarea, button, input)")?.focus();
    else document.querySelector<HTMLElement>(`[data-panel="${panel}"]`)?.focus();
  };

  /** Goes to the next (1) or previous (-1) opening of an alert, on other days too; one press after the other. */
  readonly toAlarm = (step: 1 | -1): Promise<void> => {
    const { moves } = this;
    this.jumps = this.jumps.then(() => this.jump(step, moves));
    return this.jumps;
  };

  /** What was pressed while the day was asked for counts more than what was pressed before. */
  private async jump(step: 1 | -1, moves: number): Promise<void> {
    const { player } = this.parts;
    let day = dayOf(player.at);
    for (let tries = 0; tries <= FAR; tries += 1) {
      const alarms = await this.alarms(day);
      if (moves !== this.moves) return;
      const found = nextAlarm(alarms, player.at, step);
      if (found !== null && found <= player.latest) {
        player.seek(announced(found));
        this.moves = moves;
        return;
      }
      day = nextDay(day, step);
    }
    this.notice = this.m.t(step > 0 ? "No alert was opened after this moment" : "No alert was opened before this moment");
    this.draw();
  }

  readonly note = async (text: string): Promise<boolean> => {
    const { config, player } = this.parts;
    const kept = await annotate(config.board, Math.round(player.at), text, this.draft, config.csrf);
    this.notice = kept ? "" : this.m.t("The note was not kept. Try again.");
    if (kept) {
      this.draft = `${Math.random()}`.slice(2);
      await this.loadDay(this.shownDay);
    }
    this.draw();
    return kept !== null;
  };

  readonly export = async (kind: "png" | "pdf"): Promise<void> => {
    this.busy = true;
    this.panel = null;
    this.notice = this.m.t("Making the picture");
    this.draw();
    const view = this.view();
    const made = await exportAs(kind, view);
    this.busy = false;
    this.notice = made ? "" : this.m.t("This browser cannot make the picture. Print the page instead.");
    this.draw();
  };

  readonly say = (notice: string): void => {
    this.notice = notice;
    this.draw();
  };

  /** The day's openings that were recorded: what is older than the first frame was open already. */
  private async alarms(day: string): Promise<Day["alarms"]> {
    const { config, replay } = this.parts;
    const first = Date.parse(replay.earliest ?? replay.now);
    return ((await fetchDay(config.board, day))?.alarms ?? []).filter(({ at }) => Date.parse(at) >= first);
  }

  private get m(): Messages {
    return this.parts.app.messages;
  }

  private view(): View {
    const { app, config, replay, player, real, stream } = this.parts;
    const { day, dayFailed, now, nowFailed, panel, notice, busy } = this;
    return {
      app, config, replay, player, m: this.m, at: player.at, real: real.now(), status: stream.status,
      day, dayFailed, now, nowFailed, panel, notice, busy, acts: this,
    };
  }

  /** The address always names the moment, so that it can be copied and reloaded. */
  private address(): void {
    const { player, replay } = this.parts;
    if (replay.at === null) return;
    const query = new URLSearchParams(location.search);
    query.set("at", new Date(player.at).toISOString());
    if (player.playing) query.set("speed", String(player.speed));
    else query.delete("speed");
    history.replaceState(null, "", `?${query.toString()}`);
  }

  private async loadDay(day: string): Promise<void> {
    this.shownDay = day;
    const found = await fetchDay(this.parts.config.board, day);
    if (day !== this.shownDay) return;
    this.day = found;
    this.dayFailed = found === null;
    this.draw();
  }

  private async lookAtNow(): Promise<void> {
    const { config, real } = this.parts;
    const found = await get<Omit<SnapshotMessage, "type">>(`/api/boards/${encodeURIComponent(config.board)}/tiles/`);
    this.nowFailed = found === null;
    if (found) {
      if (found.now !== undefined) real.sample(found.now);
      const at = real.now();
      this.now = { state: reduce(initialState, { ...found, type: "snapshot" }, at).state, at };
    }
    this.draw();
  }
}

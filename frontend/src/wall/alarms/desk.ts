import { isPast, may } from "../config";
import { formatMoment } from "../format";
import type { Messages } from "../messages";
import { alertList, unacknowledged } from "../select";
import type { State } from "../state";
import type { StringId } from "../strings";
import type { AlertTile, Param, Severity, WallConfig } from "../types";
import { Bell } from "./bell";
import { type Flood, floodOf } from "./flood";
import { grouped, type Row } from "./groups";
import { LOUD, type Mute, muteFor, standing } from "./mute";
import { ring, type Ringing } from "./ring";
import { SHORT } from "./shelf";
import { type Counts, counts, markSeen, readSince, type Since } from "./since";
import { keepMute, keepSound, keptMute, keptSound } from "./store";
import { perform } from "./verbs";
import { type Sound, volumeAt } from "./volume";

/** What the screen lends the desk. */
export interface Host {
  config: WallConfig;
  clock: { now: () => number };
  state: () => State;
  messages: () => Messages;
  schedule: () => void;
  /** A calm sentence in the banner. */
  notify: (text: string) => void;
  /** Read out by screen readers. */
  say: (text: string) => void;
}

/** What the drawing needs to know of alarms. */
export interface AlarmView {
  sound: Sound;
  /** It should sound, but the browser waits for somebody to touch the page. */
  blocked: boolean;
  mute: Mute;
  flood: Flood;
  /** A person wants every alert in a row of its own although there are many. */
  apart: boolean;
  /** The list in groups; null while every alert has a row. */
  rows: readonly Row[] | null;
  since: Since | null;
  counts: Counts | null;
  /** Alert that is being put on a shelf or taken from it. */
  shelving: string | null;
  /** The reason that a person is writing. */
  reason: string;
  /** Group that waits for a "yes, all of them". */
  confirming: string | null;
  taking: { done: number; count: number } | null;
  mayShelve: boolean;
  act: AlarmActions;
}

export interface AlarmActions {
  shelve: (alert: AlertTile, until?: number) => void;
  unshelve: (alert: AlertTile) => void;
  setReason: (text: string) => void;
  confirm: (key: string | null) => void;
  takeAll: (alerts: readonly AlertTile[]) => void;
  setSound: (change: Partial<Sound>) => void;
  test: (severity: Severity) => void;
  mute: (minutes: number) => void;
  unmute: () => void;
  setApart: (apart: boolean) => void;
  seen: () => void;
}

/** How often the server is asked what changed; in between the screen counts on by itself. Milliseconds. */
const ASK_AGAIN = 120_000;
/** Screens that were opened together don't ask together. */
const SPREAD = 30_000;
/** Acknowledgements under way at once. */
const TOGETHER = 4;

/** Alarms of one screen: its sound, its shelf, its flood and what its person hasn't seen. Rules are in files of their own. */
export class AlarmDesk {
  private readonly bell = new Bell();
  private ringing: Ringing | null = null;
  private sound = keptSound();
  private muted = keptMute();
  private apart = false;
  private flood: { arrivals: readonly number[]; second: number; found: Flood } | null = null;
  private since: Since | null = null;
  private asked = -Infinity;
  private shelving: string | null = null;
  private reason = "";
  private confirming: string | null = null;
  private taking: AlarmView["taking"] = null;

  constructor(private readonly host: Host) {
    for (const gesture of ["pointerdown", "keydown"]) addEventListener(gesture, this.wake, { capture: true });
  }

  /** Sounds what is due; to be called when alerts changed and once a second. The past is silent. */
  readonly follow = (): void => {
    const state = this.host.state();
    if (state.epoch === null || isPast(this.host.config)) return;
    const now = this.host.clock.now();
    const able = this.sound.on && this.bell.awake;
    const fresh = unacknowledged(alertList(state, now), now);
    const flood = this.floodNow(now).on;
    const { ringing, play } = ring(this.ringing, { fresh, now, mute: standing(this.muted, now), flood, able });
    this.ringing = ringing;
    if (play) this.bell.play(play, volumeAt(this.sound, now));
    if (performance.now() - this.asked > ASK_AGAIN) this.ask();
  };

  view(alerts: readonly AlertTile[], now: number): AlarmView {
    const flood = this.floodNow(now);
    if (!flood.on) this.apart = false;
    return {
      sound: this.sound,
      blocked: this.sound.on && !this.bell.awake,
      mute: standing(this.muted, now),
      flood,
      apart: this.apart,
      rows: flood.on && !this.apart ? grouped(alerts, now) : null,
      since: this.since,
      counts: this.since && counts(this.since, this.host.state()),
      shelving: this.shelving,
      reason: this.reason,
      confirming: this.confirming,
      taking: this.taking,
      mayShelve: may(this.host.config, "shelve"),
      act: this.act,
    };
  }

  /** M: quiet for the shortest time, or loud again. False when this screen doesn't sound anyway. */
  readonly toggleMute = (): boolean => {
    if (!this.sound.on) return false;
    if (standing(this.muted, this.host.clock.now()).all > 0) this.act.unmute();
    else this.act.mute(5);
    return true;
  };

  /** A dialog opened or closed: what was half written or half asked is forgotten. */
  forget(): void {
    this.reason = "";
    this.confirming = null;
  }

  ask(): void {
    if (isPast(this.host.config)) return;
    this.asked = performance.now() + SPREAD * Math.random();
    void readSince(this.host.config.board).then(this.keep);
  }

  private readonly keep = (since: Since | null): void => {
    if (since) this.since = since;
    this.host.schedule();
  };

  private floodNow(now: number): Flood {
    const { arrivals } = this.host.state();
    const second = Math.floor(now / 1000);
    if (this.flood?.arrivals !== arrivals || this.flood.second !== second) {
      this.flood = { arrivals, second, found: floodOf(arrivals, now) };
    }
    return this.flood.found;
  }

  private readonly wake = (): void => {
    if (!this.sound.on || this.bell.awake) return;
    void this.bell.wake().then(() => {
      this.follow();
      this.host.schedule();
    });
  };

  private t(id: StringId, params: Record<string, Param> = {}): string {
    return this.host.messages().t(id, params);
  }

  private time(at: number): string {
    return formatMoment(new Date(at).toISOString(), this.host.clock.now(), this.host.messages().language);
  }

  private readonly put = (verb: "shelve" | "unshelve", alert: AlertTile, until?: number): void => {
    if (this.shelving !== null || !may(this.host.config, "shelve")) return;
    const now = this.host.clock.now();
    const note = this.reason.trim();
    const time: Record<string, string | number> = until === undefined ? { minutes: SHORT } : { until: new Date(until).toISOString() };
    const body = verb === "shelve" ? { ...time, ...(note ? { note } : {}) } : {};
    this.shelving = alert.id;
    this.host.schedule();
    void perform(verb, alert, { csrf: this.host.config.csrf, now, body }).then((refusal) => {
      this.shelving = null;
      if (!refusal) this.reason = "";
      const back = this.time(until ?? now + SHORT * 60_000);
      const done = verb === "shelve" ? this.t("Shelved until {time}", { time: back }) : this.t("Back in the list");
      this.host.notify(refusal ? this.t(refusal) : done);
      this.host.schedule();
    });
  };

  private readonly takeAll = async (alerts: readonly AlertTile[]): Promise<void> => {
    const waiting = [...alerts];
    const { csrf } = this.host.config;
    let refused = 0;
    this.confirming = null;
    this.taking = { done: 0, count: alerts.length };
    const work = async (): Promise<void> => {
      for (let alert = waiting.shift(); alert; alert = waiting.shift()) {
        if (await perform("acknowledge", alert, { csrf, now: this.host.clock.now() })) refused += 1;
        if (this.taking) this.taking = { ...this.taking, done: this.taking.done + 1 };
        this.host.schedule();
      }
    };
    await Promise.all(Array.from({ length: TOGETHER }, work));
    this.taking = null;
    const taken = this.t("{count} acknowledged", { count: alerts.length - refused });
    this.host.notify(refused ? `${taken} · ${this.t("{count} had changed already", { count: refused })}` : taken);
    this.host.schedule();
  };

  private setMute(mute: Mute, words: string): void {
    this.muted = mute;
    keepMute(mute);
    this.host.say(words);
    this.follow();
    this.host.schedule();
  }

  private readonly act: AlarmActions = {
    shelve: (alert, until) => {
      this.put("shelve", alert, until);
    },
    unshelve: (alert) => {
      this.put("unshelve", alert);
    },
    setReason: (text) => {
      this.reason = text;
    },
    confirm: (key) => {
      this.confirming = key;
      this.host.schedule();
    },
    takeAll: (alerts) => {
      if (!this.taking) void this.takeAll(alerts);
    },
    setSound: (change) => {
      this.sound = { ...this.sound, ...change };
      keepSound(this.sound);
      if (change.on === false) this.setMute(LOUD, this.t("Sound off"));
      else if (change.on) this.host.say(this.t("Sound on"));
      this.wake();
      this.host.schedule();
    },
    test: (severity) => {
      void this.bell.wake().then(() => {
        this.bell.play(severity, volumeAt(this.sound, this.host.clock.now()));
        this.host.schedule();
      });
    },
    mute: (minutes) => {
      const now = this.host.clock.now();
      const mute = muteFor(minutes, now);
      this.setMute(mute, this.t("Sound muted until {time}", { time: this.time(mute.all) }));
    },
    unmute: () => {
      this.setMute(LOUD, this.t("Sound on"));
    },
    setApart: (apart) => {
      this.apart = apart;
      this.host.schedule();
    },
    seen: () => {
      if (!this.since) return;
      const { board, csrf } = this.host.config;
      void markSeen(board, this.since.until, csrf).then(this.keep);
    },
  };
}

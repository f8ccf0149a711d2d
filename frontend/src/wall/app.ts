import { AlarmDesk } from "./alarms/desk";
import { perform } from "./alarms/verbs";
import type { Clock } from "./clock";
import { isPast, may } from "./config";
import type { Charts } from "./charts/charts";
import { Fitting } from "./fitting";
import type { Link } from "./link";
import { LayerStore } from "./map/layers/store";
import { IncidentStore, addressOf, readIncident } from "./incident/store";
import type { CurveChart } from "./incident/curveChart";
import type { WallMap } from "./map/map";
import type { Messages } from "./messages";
import { Turns } from "./screens/turns";
import { alertList, ticketList, unacknowledged } from "./select";
import { initialState, isUnacknowledged, reduce, type State, type Verdict } from "./state";
import { switchTheme } from "./theme";
import type { AlertTile, PanelTile, ServerMessage, WallConfig } from "./types";
import { keepLetters, newUi } from "./ui";
import { shown } from "./view/banner";
import { draw } from "./view/board";
import type { Actions, Context, Dialog } from "./view/context";
import { fetchWhy, whyAddress } from "./why";

/** Panels change at most twice a second; alerts and tickets at once. */
const PANEL_PAUSE = 500;
/** How long a banner stays as an outline after its alert was taken, and a sentence in it. */
const TAKEN = 6000;
const NOTICE = 8000;

const linkOf = (link: Link | null, seq: number): Context["link"] =>
  link ? { status: link.status, beats: link.beats, silence: link.silence, seq } : { status: "connecting", beats: [], silence: 0, seq };

/** Joins state, clock, link and view. Holds no rule of its own about what is open, worst or old. */
export class App {
  messages: Messages;
  link: Link | null = null;
  private state: State = initialState;
  private panels: ReadonlyMap<string, PanelTile> = new Map();
  private panelsShown = -Infinity;
  private readonly ui = newUi();
  private readonly layers: LayerStore;
  private map: WallMap | null = null;
  private mapDue = true;
  private drawing = false;
  private started = false;
  private readonly desk: AlarmDesk;
  private charts: Charts | null = null;
  private readonly turns: Turns;
  private readonly fitting: Fitting;
  private readonly incident: IncidentStore | null;
  private curve: CurveChart | null = null;

  constructor(
    private readonly config: WallConfig,
    messages: Messages,
    private readonly clock: Clock,
    private readonly root: HTMLElement,
    private readonly sheet: HTMLDialogElement,
  ) {
    this.messages = messages;
    this.turns = new Turns(config);
    this.layers = new LayerStore(config.board, () => {
      this.mapDue = true;
      this.schedule();
    });
    this.desk = new AlarmDesk({
      config,
      clock,
      state: () => this.state,
      messages: () => this.messages,
      schedule: this.schedule,
      notify: (text) => {
        this.ui.notice = { text, until: clock.now() + NOTICE };
      },
      say: (text) => {
        this.say(text);
      },
    });
    this.fitting = new Fitting(root, this.ui, this.schedule);
    this.incident = this.incidentOf();
    sheet.addEventListener("close", () => {
      this.close();
    });
    sheet.addEventListener("click", (event) => {
      if (event.target === sheet) this.close();
    });
  }

  /** Takes a message of the server into the state; answers what it meant. */
  readonly receive = (message: ServerMessage): Verdict => {
    if (message.type !== "frame" && message.now !== undefined) this.clock.sample(message.now);
    const before = { state: this.state, banner: shown(this.context()) };
    const { state, verdict } = reduce(this.state, message, this.clock.now());
    this.state = state;
    if (state.alerts !== before.state.alerts) {
      this.noteTaken(before.banner?.alert ?? null);
      this.announce(before.state);
      this.desk.follow();
    }
    if (message.type !== "heartbeat") this.mapDue = true;
    this.schedule();
    return verdict;
  };

  readonly position = (): { epoch: string; seq: number } | null =>
    this.state.epoch === null ? null : { epoch: this.state.epoch, seq: this.state.seq };

  /** Draws soon, once, however often it is asked for. */
  readonly schedule = (): void => {
    if (this.drawing || !this.started) return;
    this.drawing = true;
    requestAnimationFrame(() => {
      this.drawing = false;
      this.draw();
    });
  };

  /** The words are here, or have kept us waiting long enough: draw from now on. */
  start(): void {
    this.takeTurn();
    this.started = true;
    this.schedule();
  }

  /** Once a second: ages grow, countdowns fall, silence is noticed. */
  readonly tick = (): void => {
    this.link?.watch();
    this.desk.follow();
    this.takeTurn();
    this.schedule();
  };

  private takeTurn(): void {
    if (!this.turns.take(this.state, this.clock.now())) return;
    this.layers.turnTo(this.config.board);
    this.mapDue = true;
    this.fitting.forget();
  }

  /** What the map is drawn into. */
  get mapHost(): HTMLElement {
    return this.ui.mapHost;
  }

  setMap(map: WallMap | null): void {
    this.map = map;
    this.ui.mapFailed = map === null;
    this.ui.units = map?.facts ?? null;
    if (map && !isPast(this.config)) void this.layers.load(); // what stands on the map now did not stand there then
    this.mapDue = true;
    this.schedule();
  }

  setCharts(charts: Charts): void {
    this.charts = charts;
    this.schedule();
  }

  setCurve(curve: CurveChart): void {
    this.curve = curve;
    this.schedule();
  }

  /** Sizes or colours changed. */
  readonly relook = (): void => {
    this.map?.restyle();
    this.charts?.restyle();
    this.curve?.restyle();
    this.fitting.forget();
    this.schedule();
  };

  /** What is shown, for what stands around the wall. */
  get picture(): State {
    return this.state;
  }

  say(text: string): void {
    this.ui.announcement = text;
    this.schedule();
  }

  readonly acknowledgeShown = (): void => {
    const alert = this.pointed();
    if (alert) this.acknowledge(alert);
  };

  readonly shelveShown = (): void => {
    const alert = this.pointed();
    if (alert) this.context().alarms.act.shelve(alert);
  };

  readonly mute = (): void => {
    if (!this.desk.toggleMute()) this.open({ kind: "sound" });
  };

  /** The alert in the row that has the focus, else the one in the banner. */
  private pointed(): AlertTile | null {
    const id = document.activeElement?.closest<HTMLElement>(".alert[data-id]")?.dataset.id;
    const ctx = this.context();
    const now = shown(ctx);
    return ctx.alerts.find((alert) => alert.id === id) ?? (now && !now.taken ? now.alert : null);
  }

  readonly next = (step: 1 | -1): void => {
    const { fresh } = this.context();
    const now = shown(this.context());
    const index = fresh.findIndex((alert) => alert.id === now?.alert.id);
    const from = index < 0 ? (step > 0 ? -1 : 0) : index;
    this.ui.chosen = fresh[(from + step + fresh.length) % Math.max(1, fresh.length)]?.id ?? null;
    this.ui.taken = null;
    this.showIncident(this.ui.chosen);
    this.schedule();
  };

  readonly open = (dialog: Dialog): void => {
    if (dialog.kind === "since" && isPast(this.config)) return;
    this.ui.dialog = dialog;
    this.desk.forget();
    if (dialog.kind === "since") this.desk.ask();
    this.loadWhy();
    if (dialog.kind === "place") void this.layers.ask(dialog.layer, dialog.cell);
    this.schedule();
  };

  /** "Vì sao?" of the tile that has the focus, else of the alert in the banner. */
  readonly openWhy = (): void => {
    const button = document.activeElement?.closest(".tile")?.querySelector<HTMLButtonElement>("button.why");
    if (button) {
      button.click();
      return;
    }
    const now = shown(this.context());
    if (now) this.open({ kind: "alert", id: now.alert.id });
  };

  private readonly close = (): void => {
    if (!this.ui.dialog) return;
    this.ui.dialog = null;
    this.ui.why = null;
    this.schedule();
  };

  private readonly acknowledge = (alert: AlertTile): void => {
    if (this.ui.acknowledging !== null || !may(this.config, "acknowledge")) return;
    this.ui.acknowledging = alert.id;
    this.ui.notice = null;
    this.schedule();
    void perform("acknowledge", alert, { csrf: this.config.csrf, now: this.clock.now() }).then((refusal) => {
      this.ui.acknowledging = null;
      if (refusal) this.ui.notice = { text: this.messages.t(refusal), until: this.clock.now() + NOTICE };
      this.schedule();
    });
  };

  private readonly loadWhy = (): void => {
    const dialog = this.ui.dialog;
    const address = dialog && !this.config.replay ? whyAddress(this.state, dialog) : null; // the past is not looked up in the present
    this.ui.why = address === null ? null : { status: "loading" };
    if (address === null) return;
    void fetchWhy(address).then((why) => {
      if (this.ui.dialog !== dialog) return;
      this.ui.why = why ? { status: "ready", why } : { status: "failed" };
      this.schedule();
    });
  };

  private readonly actions: Actions = {
    acknowledge: this.acknowledge,
    next: this.next,
    open: this.open,
    close: this.close,
    retryWhy: () => {
      this.loadWhy();
      this.schedule();
    },
    chooseMapPanel: (key) => {
      this.ui.mapPanel = key;
      this.mapDue = true;
      this.schedule();
    },
    setLetters: (on) => {
      this.ui.letters = on;
      keepLetters(on);
      this.schedule();
    },
    zoom: (how) => {
      this.map?.zoom(how);
    },
    switchTheme,
  };

  lettersOn(): boolean {
    return this.ui.letters && this.ui.dialog === null;
  }

  /** On a board of one incident: what follows it. The page's address says which, else the worst. */
  private incidentOf(): IncidentStore | null {
    if (!this.config.layout.tiles.some(({ kind }) => kind === "curve" || kind === "timeline")) return null;
    const read = (id: string): ReturnType<typeof readIncident> =>
      readIncident(id, isPast(this.config) ? this.clock.now() : null).finally(() => (this.mapDue = true));
    return new IncidentStore(new URLSearchParams(location.search).get("alert"), read, this.schedule, () => performance.now());
  }

  private showIncident(id: string | null): void {
    if (!this.incident || id === null) return;
    this.incident.choose(id);
    this.mapDue = true;
    history.replaceState(null, "", addressOf(id));
  }

  private context(): Context {
    const { clock } = this;
    const state = this.turns.seen(this.state);
    const now = clock.now();
    const alerts = alertList(state, now);
    const fresh = unacknowledged(alerts, now);
    return {
      config: this.config,
      m: this.messages,
      state,
      panels: this.turns.panels(this.panels),
      alerts,
      fresh,
      tickets: ticketList(state, now),
      now,
      link: linkOf(this.link, state.seq),
      partial: this.turns.partial(this.state, now),
      ui: this.ui,
      layers: this.layers,
      actions: this.actions,
      mayAcknowledge: may(this.config, "acknowledge"),
      alarms: this.desk.view(alerts, now),
      incident: this.incident?.follow(state, fresh, alerts) ?? null,
    };
  }

  private draw(): void {
    this.followPanels();
    const ctx = this.context();
    if (this.map) this.ui.unplaced = this.map.unplaced(ctx.alerts);
    draw(ctx, this.root, this.sheet);
    this.fitting.settle();
    this.charts?.update(this.panels, this.messages);
    this.curve?.update(ctx);
    if (this.map && this.mapDue) {
      this.mapDue = false;
      this.map.update(ctx);
    }
  }

  private followPanels(): void {
    if (this.panels === this.state.panels) return;
    const wait = this.panelsShown + PANEL_PAUSE - performance.now();
    if (wait > 0) {
      setTimeout(this.schedule, wait);
      return;
    }
    this.panels = this.state.panels;
    this.panelsShown = performance.now();
    this.mapDue = true;
  }

  /** The alert that stood in the banner was taken, here or elsewhere: it stays as an outline for a moment. */
  private noteTaken(alert: AlertTile | null): void {
    if (!alert || this.ui.taken?.id === alert.id) return;
    for (const one of this.state.alerts.values()) {
      if (one.id === alert.id && one.state === "acknowledged") {
        this.ui.taken = { id: one.id, until: this.clock.now() + TAKEN };
        if (this.ui.chosen === one.id) this.ui.chosen = null;
        setTimeout(this.schedule, TAKEN + 50);
      }
    }
  }

  /** Reads a new unacknowledged alert out, the worst if several came. */
  private announce(before: State): void {
    if (before.epoch === null) return;
    const now = this.clock.now();
    const known = new Set([...before.alerts.values()].map((alert) => alert.id));
    const first = alertList(this.state, now).find((alert) => !known.has(alert.id) && isUnacknowledged(alert, now));
    if (first) this.ui.announcement = this.messages.t("New alert: {title}", { title: this.messages.text(first.title) });
  }
}

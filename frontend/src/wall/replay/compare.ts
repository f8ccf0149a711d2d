import { formatNumber, keyFigure } from "../format";
import { isOpenTicket, isOverdue, type State, totalsOf } from "../state";
import type { Messages } from "../messages";
import type { PanelTile } from "../types";

/** One difference: what, then → now, and a remark. */
export interface Difference {
  what: string;
  figures: string;
  remark: string;
}

interface Moment {
  state: State;
  at: number;
}

const figure = (m: Messages, { figure: { value, decimals } }: PanelTile): string => {
  if (value === null) return m.t("no figure");
  const { text, scale } = keyFigure(value, decimals, m.language);
  return scale ? `${text} ${m.t(scale)}` : text;
};

/** Key figures whose shown value differs, in the panels' order of the board, then what is open, climbing and silent. */
export function differences(m: Messages, shown: readonly string[], then: Moment, now: Moment): Difference[] {
  return [...figures(m, shown, then, now), ...counts(m, then, now)];
}

/** `shown`: `<monitor>/<panel>` of the board's figures, in their places. */
function figures(m: Messages, shown: readonly string[], then: Moment, now: Moment): Difference[] {
  const byName = (state: State): Map<string, PanelTile> =>
    new Map([...state.panels.values()].map((panel) => [`${panel.monitor}/${panel.panel}`, panel]));
  const [before, after] = [byName(then.state), byName(now.state)];
  return shown.flatMap((name) => {
    const [was, is] = [before.get(name), after.get(name)];
    if (!was || !is || was.figure.value === is.figure.value) return [];
    const [from, to] = [figure(m, was), figure(m, is)];
    if (from === to) return [];
    const unit = m.text(is.figure.unit);
    const short = unit.length <= 3 && is.figure.value !== null ? ` ${unit}`.trimEnd() : "";
    return [{ what: m.text(is.monitor_title), figures: `${from} → ${to}${short}`, remark: m.text(is.title) }];
  });
}

function counts(m: Messages, then: Moment, now: Moment): Difference[] {
  const [was, is] = [totalsOf(then.state, then.at), totalsOf(now.state, now.at)];
  const open = new Set([...now.state.alerts.values()].map((alert) => alert.id));
  const closed = [...then.state.alerts.values()].filter((alert) => !open.has(alert.id)).length;
  const overdue = [...now.state.tickets.values()].filter((one) => isOpenTicket(one) && isOverdue(one, now.at)).length;
  const [quiet, quietNow] = [silent(then.state), silent(now.state)];
  const all: [boolean, Difference][] = [
    [
      was.alerts.open !== is.alerts.open || closed > 0,
      row(m, m.t("Alerts open"), was.alerts.open, is.alerts.open, m.t("{count} closed since", { count: closed })),
    ],
    [
      was.tickets.open !== is.tickets.open,
      row(m, m.t("Tickets climbing"), was.tickets.open, is.tickets.open, m.t("{count} overdue now", { count: overdue })),
    ],
    [
      quiet.length !== quietNow.length,
      row(m, m.t("Sources silent"), quiet.length, quietNow.length, quietNow.slice(0, 2).map((one) => m.text(one)).join(", ")),
    ],
  ];
  return all.filter(([differs]) => differs).map(([, difference]) => difference);
}

const row = (m: Messages, what: string, was: number, is: number, remark: string): Difference => ({
  what,
  figures: `${formatNumber(was, m.language, 0)} → ${formatNumber(is, m.language, 0)}`,
  remark,
});

/** Names of the monitors a source of which is silent. */
const silent = (state: State): PanelTile["monitor_title"][] => {
  const found = new Map<string, PanelTile["monitor_title"]>();
  for (const panel of state.panels.values()) if (panel.silent_since !== null) found.set(panel.monitor, panel.monitor_title);
  return [...found.values()];
};

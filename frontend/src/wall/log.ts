import type { StringId } from "./strings";
import type { AlertTile, Param, Payload, Text, TicketTile } from "./types";

/** One line of the footer: what happened to which alert or ticket, when (milliseconds, server clock). */
export interface LogLine {
  key: string;
  at: number;
  id: StringId;
  params: Record<string, Param>;
  title: Text;
}

type Entity = AlertTile | TicketTile;

const line = (key: string, at: number, id: StringId, title: Text, params: Record<string, Param> = {}): LogLine => ({
  key,
  at,
  id,
  params,
  title,
});

/** The newest things that the entities of a snapshot tell by themselves, so that a fresh screen isn't empty. */
export function seedLog(alerts: Iterable<AlertTile>, tickets: Iterable<TicketTile>): LogLine[] {
  const lines: LogLine[] = [];
  for (const alert of alerts) lines.push(line(alert.id, Date.parse(alert.opened_at), "new alert", alert.title));
  for (const ticket of tickets) {
    const { step } = ticket;
    if (step && step.index > 1) lines.push(climbed(ticket.id, Date.parse(step.started_at), ticket, step.index));
  }
  return lines.sort((a, b) => b.at - a.at).slice(0, 30);
}

const climbed = (key: string, at: number, ticket: TicketTile, index: number): LogLine =>
  line(key, at, "up to rung {index}", ticket.title, { index });

/** What a frame that came at `at` tells: null when nothing a person would note (another count, a new deadline). */
export function logOf(before: Entity | null, after: Payload | null, key: string, at: number): LogLine | null {
  if (after === null || after.kind === "panel") return null;
  return after.kind === "alert"
    ? alertLine(before?.kind === "alert" ? before : null, after, key, at)
    : ticketLine(before?.kind === "ticket" ? before : null, after, key, at);
}

function alertLine(before: AlertTile | null, after: AlertTile, key: string, at: number): LogLine | null {
  if (after.state === "closed") return before ? line(key, at, "alert closed", after.title) : null;
  if (!before) return line(key, at, "new alert", after.title);
  if (before.state === "active" && after.state === "acknowledged" && after.holder) {
    return line(key, at, "acknowledged by {name}", after.title, { name: after.holder.name });
  }
  return null;
}

function ticketLine(before: TicketTile | null, after: TicketTile, key: string, at: number): LogLine | null {
  if (after.state === "closed") return before ? line(key, at, "ticket closed", after.title) : null;
  if (!before) return line(key, at, "ticket opened", after.title);
  const was = before.step?.index ?? 0;
  const is = after.step?.index ?? 0;
  return is > was ? climbed(key, at, after, is) : null;
}

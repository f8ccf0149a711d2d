import { alert, minutes } from "../samples";
import type { Incident } from "./types";

/** A river above alarm III for tests: heights of an hour, in metres. */
export const incident = (id: string, change: Partial<Incident> = {}): Incident => ({
  alert: { ...alert(id, { severity: "critical" }), open: true, acknowledged_at: null, ended_at: null },
  now: minutes(0),
  curve: {
    title: "Height of the river",
    unit: "m",
    decimals: 2,
    points: [
      { at: minutes(-120), value: 33.1 },
      { at: minutes(-60), value: 40.6 },
      { at: minutes(0), value: 40.69 },
    ],
    lines: [
      { title: "Alarm I", value: 29.5, severity: "medium" },
      { title: "Alarm III", value: 34.5, severity: "critical" },
    ],
    change: { value: 0.09, minutes: 60 },
    above: { title: "Alarm III", value: 34.5, severity: "critical", since: minutes(-60) },
  },
  records: null,
  units: ["99001", "99002"],
  tickets: { total: 5, open: 2, overdue: 1, ids: ["t1", "t2"] },
  timeline: {
    total: 9,
    lines: [
      { at: minutes(-1), what: "Went up to: Head", who: "the system · DL-1" },
      { at: minutes(-9), what: "Alert raised", who: "the system" },
    ],
  },
  cameras: [
    { name: "Bridge", state: "shows a picture", at: minutes(-1), lost: false, km: 1.2, picture: "/api/pictures/bridge/" },
    { name: "Market", state: "shows a picture", at: minutes(-2), lost: false, km: 2, picture: null },
    { name: "Ford", state: "no picture", at: minutes(-41), lost: true, km: 3.4, picture: null },
  ],
  ...change,
});

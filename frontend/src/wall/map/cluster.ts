import { rank } from "../select";
import type { AlertTile, Severity } from "../types";

export interface Spot {
  alert: AlertTile;
  /** Screen pixels. */
  x: number;
  y: number;
}

export interface Cluster {
  /** The id of its first alert: the marker stays while others come and go. */
  key: string;
  alerts: AlertTile[];
  worst: Severity;
  /** True when nobody has taken at least one of them. */
  fresh: boolean;
  x: number;
  y: number;
}

/**
 * Groups what would overlap on the screen: `spots` come in list order, so the worst and newest alert seeds a cluster, stands
 * for its place and gathers what lies within `radius` pixels. Seeds are further apart than that, so markers don't collide, and
 * every alert is in exactly one cluster, so counts add up. At most 500 spots: simple is fast enough.
 */
export function clustersOf(spots: readonly Spot[], radius: number, isFresh: (alert: AlertTile) => boolean): Cluster[] {
  const left = new Set(spots);
  const clusters: Cluster[] = [];
  for (const seed of spots) {
    if (!left.has(seed)) continue;
    const members = [...left].filter((spot) => Math.hypot(spot.x - seed.x, spot.y - seed.y) <= radius);
    for (const member of members) left.delete(member);
    const alerts = members.map((spot) => spot.alert);
    clusters.push({
      key: seed.alert.id,
      alerts,
      worst: alerts.reduce<Severity>((worst, { severity }) => (rank(severity) < rank(worst) ? severity : worst), "info"),
      fresh: alerts.some(isFresh),
      x: seed.x,
      y: seed.y,
    });
  }
  return clusters;
}

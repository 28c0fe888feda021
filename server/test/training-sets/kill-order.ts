import { rowsSpine } from "./support";

/** The point where a child stops and waits to be killed. */
export type KillPoint = "load" | "labels" | "stream" | "publish" | "published";

export interface KillOrder {
  readonly database: { readonly url: string } | { readonly folder: string };
  /** The folder of the training sets. */
  readonly files: string;
  readonly at: KillPoint;
  /** Resumes training sets of dead processes, and starts none of its own. */
  readonly resumesDeadJobs?: boolean;
}

/** Labels of the killed training set and of the one for comparison. */
export const killedLabels = [{ feature: "scores.average", horizon: "10m" }];

/** Spine of the killed training set and of the one for comparison. */
export function killedSpine() {
  return rowsSpine(
    Array.from({ length: 2500 }, (_, index) => ({
      track_id: index % 12,
      as_of: `2026-01-01T0${index % 3}:${String(index % 60).padStart(2, "0")}:00.123456Z`,
      label: index,
    })),
  );
}

import { rowsSpine } from "./support";

/** Where a child stops and waits to be killed. */
export type KillPoint = "load" | "labels" | "stream" | "publish" | "published";

export interface KillOrder {
  readonly database: { readonly url: string } | { readonly folder: string };
  /** The folder of the training sets. */
  readonly files: string;
  readonly at: KillPoint;
  /** Takes up what a dead process left, and begins nothing of its own. */
  readonly takesUp?: boolean;
}

/** The labels that the killed one and the one that is compared with it have. */
export const killedLabels = [{ feature: "scores.average", horizon: "10m" }];

/** The spine that the killed one and the one after it have. */
export function killedSpine() {
  return rowsSpine(
    Array.from({ length: 2500 }, (_, index) => ({
      track_id: index % 12,
      as_of: `2026-01-01T0${index % 3}:${String(index % 60).padStart(2, "0")}:00.123456Z`,
      label: index,
    })),
  );
}

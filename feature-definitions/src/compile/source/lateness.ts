import type { Feature, Source } from "../../ir/nodes";
import { walk } from "../../ir/visit";
import { periodOf } from "../tree/period";

/** How late a source's rows may appear or change, and the time column from which it counts. */
export interface Lateness {
  readonly by: "_event_time" | "_known_time";
  readonly seconds: number;
}

/** Returns the lateness that a source promises; null if it promises none. */
export function latenessOf(source: Source): Lateness | null {
  const { relation, eventTime, knownTime, latenessSeconds } = source;
  // A source's promise about its rows does not cover the rows that extend them.
  if (relation.kind === "extended") return null;
  if (latenessSeconds === undefined || (eventTime === null && knownTime === null)) return null;
  return { by: knownTime === null ? "_event_time" : "_known_time", seconds: latenessSeconds };
}

/** Returns the offsets in seconds before t at which the times of source rows matter to features: the ends of their windows. */
export function windowEdges(features: readonly Feature[]): readonly number[] {
  const edges = new Set([0]);
  for (const { expression } of features) {
    walk(expression, (node) => {
      const period = node.kind === "aggregate" ? periodOf(node) : null;
      if (period === null) return;
      edges.add(period.endingSecondsBefore);
      edges.add(period.endingSecondsBefore + period.seconds);
    });
  }
  return [...edges].sort((a, b) => a - b);
}

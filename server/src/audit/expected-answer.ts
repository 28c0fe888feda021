import type { FeatureView } from "@featstore/definitions/compiler";
import type { ViewRow } from "../engine/index";
import { constantText } from "../serving/index";
import type { StoredAnswer } from "./audit-store";

/** Returns the expected response at a time (microseconds since 1970 UTC) for a row, or for no row. */
export function expectedAnswer(view: FeatureView, row: ViewRow | undefined, at: bigint) {
  const ttl = view.ttlSeconds === null ? null : view.ttlSeconds * 1_000_000;
  const isExpired = ttl !== null && row?.eventTime != null && Number(at) - row.eventTime > ttl;
  const defaults = new Map(
    view.features.flatMap((feature) =>
      feature.default === undefined ? [] : [[feature.name, constantText(feature.type, feature.default)] as const],
    ),
  );
  return {
    isStatus(status: StoredAnswer["status"]): boolean {
      // The status of a missing row depends on the other requested views.
      if (row === undefined) return status === "missing" || status === "unknown_entity";
      return status === (row.eventTime === null ? "missing" : isExpired ? "expired" : "complete");
    },
    valueOf(feature: string): string {
      const value = isExpired ? undefined : row?.values.get(feature);
      return value === undefined || value === "null" ? (defaults.get(feature) ?? "null") : value;
    },
  };
}

import type { Feature, FeatureView } from "@featstore/definitions/compiler";
import type { CallOptions } from "../database/index";
import {
  type Engine,
  inexactAggregates,
  type ReplayRow,
  type ViewRow,
  type Watermark,
  withoutHistory,
} from "../engine/index";
import { isSameValue } from "../point-in-time/index";
import type { DifferenceClass } from "./audit-report";

/** An entity in the responses from one generation, with its row there and its replayed row. */
export interface Subject {
  readonly row: ReplayRow;
  readonly stored: ViewRow | undefined;
  /** Null: it could not be replayed. */
  readonly replayed: ViewRow | null | undefined;
}

/**
 * Explains why the table's value and the replayed one differ; null if they are equal within the tolerance of float
 * sums.
 */
export type DifferenceExplainer = (
  subject: Subject,
  feature: Feature,
  stored: string,
  replayed: string,
) => DifferenceClass | null;

/** Examines the entities whose rows differ from their replay. `watermark`: see `AuditedGeneration`. */
export async function explainDifferences(
  engine: Pick<Engine, "magnitudesAsOf" | "writtenBefore">,
  view: FeatureView,
  watermark: Watermark | null,
  subjects: readonly Subject[],
  options: CallOptions,
): Promise<DifferenceExplainer> {
  const unreplayable = withoutHistory(view);
  const replayable = view.features.filter(({ name }) => !unreplayable.has(name));
  const different = subjects.filter(({ stored, replayed }) => !isSameRow(replayable, stored, replayed));
  if (different.length === 0) return () => null;

  const positions = new Map(different.map((subject, index) => [subject, index]));
  const rows = different.map(({ row }) => row);
  const isSummed = replayable.some((feature) => inexactAggregates(feature).length > 0);
  const magnitudes = isSummed ? await engine.magnitudesAsOf(view, rows, options) : [];
  const before = watermark === null ? null : await engine.writtenBefore(view, rows, watermark, options);
  // If rows were added, a replay without them yields the generation's row; if one was changed, rarely.
  const isLate = different.map(({ stored }, index) =>
    isSameRow(replayable, stored, before?.rows[index], magnitudes[index]),
  );

  return (subject, feature, stored, replayed) => {
    const index = positions.get(subject) ?? -1;
    if (isSameValue(feature, stored, replayed, magnitudes[index]?.get(feature.name))) return null;
    if (before === null) return "undetermined";
    if (before.hasLater[index] !== true) return "unexplained";
    return isLate[index] === true ? "late_row" : "source_changed";
  };
}

/** Times count too: with a different time, only one of the rows may be expired. */
function isSameRow(
  features: readonly Feature[],
  left: ViewRow | null | undefined,
  right: ViewRow | null | undefined,
  magnitudes?: ReadonlyMap<string, number>,
): boolean {
  if ((left?.eventTime ?? null) !== (right?.eventTime ?? null)) return false;
  return features.every((feature) => {
    const [one, other] = [left, right].map((row) => row?.values.get(feature.name) ?? "null");
    return isSameValue(feature, one ?? "null", other ?? "null", magnitudes?.get(feature.name));
  });
}

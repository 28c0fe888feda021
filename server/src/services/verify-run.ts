import { type FeatureView, type UnparsedValues, type VerificationRow, verificationQuery } from "@featstore/definitions";
import type { CallOptions } from "../database/database";
import type { MaterializationRun, OfflineStore } from "../stores/offline-store";

/** A filled table that may not be published. */
export class VerificationError extends Error {
  override readonly name = "VerificationError";

  constructor(
    readonly code: "non_finite_value" | "cast_failed",
    message: string,
  ) {
    super(message);
  }
}

/**
 * Judges a filled run: nothing in it may be NaN or infinite, and strict casts may have lost nothing. Gives what the other
 * casts lost, by feature.
 *
 * @throws VerificationError `non_finite_value`, `cast_failed`, with the feature and an entity key
 */
export async function verifyRun(
  offline: OfflineStore,
  run: MaterializationRun,
  view: FeatureView,
  options: CallOptions,
): Promise<Readonly<Record<string, UnparsedValues>>> {
  const [row] = await offline.inspect(run, verificationQuery(view, run.table), options);
  const found = row as VerificationRow | undefined; // the query's documented result
  if (!found) throw new Error("The verification gave no row");

  const [nonFinite] = Object.entries(JSON.parse(found.non_finite) as Readonly<Record<string, number>>);
  if (nonFinite) {
    const [name, count] = nonFinite;
    const example = await offline.nonFiniteExample(run, name, options);
    const message = `"${name}" is NaN or infinite in ${rows(count)}, among them that of ${example}.`;
    throw new VerificationError("non_finite_value", message);
  }

  const unparsed = JSON.parse(found.unparsed) as Readonly<Record<string, UnparsedValues>>;
  const lost = Object.entries(unparsed).find(([, { strict }]) => strict);
  if (lost) {
    const [name, { rows: count, examples }] = lost;
    const message = `"${name}" is strict, and in ${rows(count)} a value does not parse, among them ${JSON.stringify(examples)}.`;
    throw new VerificationError("cast_failed", message);
  }
  return unparsed;
}

function rows(count: number): string {
  return count === 1 ? "one row" : `${count} rows`;
}

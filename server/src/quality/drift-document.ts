import { instantText } from "@featstore/definitions/compiler";
import type { Measure } from "../core/index";
import type { DocumentOf } from "../http/index";
import type { FeatureDrift } from "./drift/feature-drift";
import type { DriftReport } from "./drift-report";
import type { ComparedGeneration, FeatureDrift as FeatureDriftSchema, FeatureViewDrift } from "./drift-schema";
import type { Profiled } from "./find-generation";

/** The names of the measures in documents. */
export const measureNames = {
  populationStability: "psi",
  jensenShannon: "jensen_shannon",
  kolmogorovSmirnov: "kolmogorov_smirnov",
  nullShift: "null_shift",
} as const satisfies Record<Measure, string>;

/** Builds the drift document of the API and of `featstore drift --json`. `tenant` limits the compared rows; null for all. */
export function driftDocument(
  { against, baseline, current, features }: DriftReport,
  tenant: string | null,
): DocumentOf<typeof FeatureViewDrift> {
  return {
    view: current.view,
    version: current.version,
    tenant,
    against: typeof against === "string" ? against : "generation",
    baseline: generationDocument(baseline),
    current: generationDocument(current),
    features: features.map(featureDriftDocument),
  };
}

function generationDocument({ generation, asOf, profile }: Profiled): DocumentOf<typeof ComparedGeneration> {
  return { generation, as_of: instantText(asOf), rows: profile.rows };
}

export function featureDriftDocument({
  feature,
  exceeded,
  judged,
  ...measured
}: FeatureDrift): DocumentOf<typeof FeatureDriftSchema> {
  return {
    feature,
    psi: measured.populationStability,
    jensen_shannon: measured.jensenShannon,
    kolmogorov_smirnov: measured.kolmogorovSmirnov,
    null_shift: measured.nullShift,
    judged,
    exceeded: exceeded.map((measure) => measureNames[measure]),
  };
}

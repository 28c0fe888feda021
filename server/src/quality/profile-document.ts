import { type Feature, type FeatureProfile, type FeatureView, instantText } from "@featstore/definitions/compiler";
import type { DocumentOf } from "../http/index";
import type { Profiled } from "./find-generation";
import type { FeatureProfile as FeatureProfileSchema, FeatureViewProfile } from "./profile-schema";
import type { StoredDrift } from "./quality-store";

const SHOWN_QUANTILES = [1, 5, 25, 50, 75, 95, 99];
const BUCKETS = 20;

interface ProfileContext {
  /** The only tenant whose rows are profiled. */
  readonly tenant?: string;
  readonly drift?: readonly StoredDrift[];
}

/** Builds the profile document of the API and of `featstore profile --json`. */
export function profileDocument(
  view: FeatureView,
  found: Profiled,
  { tenant, drift = [] }: ProfileContext = {},
): DocumentOf<typeof FeatureViewProfile> {
  const { profile } = found;
  return {
    view: view.name,
    version: view.version,
    generation: found.generation,
    as_of: instantText(found.asOf),
    published_at: found.publishedAt === null ? null : instantText(found.publishedAt),
    tenant: tenant ?? null,
    rows: profile.rows,
    scopes: profile.scopes,
    drift,
    features: Object.fromEntries(
      view.features.flatMap((feature) => {
        const own = profile.features[feature.name];
        return own === undefined ? [] : [[feature.name, featureDocument(feature, own, profile.rows)]];
      }),
    ),
  };
}

/** Builds a feature's part. Leaves out single values of features with personal data: extremes, quantiles, frequent values. */
function featureDocument(
  { type, contract }: Feature,
  profile: FeatureProfile,
  rows: number,
): DocumentOf<typeof FeatureProfileSchema> {
  const { nulls, distinct, numbers, norms } = profile;
  const shown = contract.pii === true ? { minimum: null, maximum: null, top: null } : profile;
  const quantiles = contract.pii === true ? null : (numbers?.quantiles ?? null);
  const isVector = type.startsWith("vector(");
  return {
    type,
    nulls,
    null_fraction: rows === 0 ? null : nulls / rows,
    distinct,
    distinct_is_estimate: isVector,
    minimum: shown.minimum,
    maximum: shown.maximum,
    mean: numbers?.mean ?? null,
    deviation: numbers?.deviation ?? null,
    quantiles: quantiles && shownQuantiles(quantiles),
    histogram: quantiles && histogramOf(quantiles),
    top_values: shown.top,
    norms,
    duplicate_share: isVector && distinct !== null && rows > nulls ? 1 - distinct / (rows - nulls) : null,
  };
}

function shownQuantiles(quantiles: readonly number[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    SHOWN_QUANTILES.map((percent) => [`p${String(percent).padStart(2, "0")}`, quantiles[percent] ?? 0]),
  );
}

/** Builds twenty buckets with a twentieth of the values each: narrow buckets mean dense values. */
function histogramOf(quantiles: readonly number[]): { readonly edges: readonly number[]; readonly share: number } {
  const steps = (quantiles.length - 1) / BUCKETS;
  return {
    edges: Array.from({ length: BUCKETS + 1 }, (_, index) => quantiles[index * steps] ?? 0),
    share: 1 / BUCKETS,
  };
}

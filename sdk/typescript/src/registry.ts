import type {
  FeatureService,
  FeatureServiceVersions,
  FeatureView,
  FeatureViewDrift,
  FeatureViewProfile,
  FeatureViewSummary,
  FeatureViewVersion,
} from "./answer";
import { bodyOf, getOf, listOf } from "./read-document";
import type { CallOptions, Transport } from "./transport";
import type { CallPromise, ListPromise } from "./transport/call-promise";

export interface ProfileOptions extends CallOptions {
  /** A version of the view; the promoted one by default. */
  readonly version?: number;
  /** A generation; the served one by default, or the newest before it that has a profile. */
  readonly generation?: number;
}

export interface DriftOptions extends ProfileOptions {
  /** Compares with the generation published before it, or with the chosen baseline. */
  readonly against?: "previous" | "baseline";
  /** The number of a generation to compare with instead. */
  readonly baseline?: number;
}

/** Reads the registry's feature views. */
export interface FeatureViews {
  /** Lists the promoted version of every view, by name. */
  list(options?: CallOptions): ListPromise<FeatureViewSummary>;
  /** Gets a view's versions, newest first. */
  get(name: string, options?: CallOptions): CallPromise<FeatureView>;
  /** Gets one version with its definition, SQL and freshness. */
  getVersion(name: string, version: number, options?: CallOptions): CallPromise<FeatureViewVersion>;
  /** Gets the profile of a generation: per feature nulls, distinct values, extremes, mean, quantiles, frequent values. */
  profile(name: string, options?: ProfileOptions): CallPromise<FeatureViewProfile>;
  /**
   * Compares the profiles of two generations, feature by feature.
   *
   * @example
   * const { features } = await client.featureViews.drift("speech_sentiment", { against: "baseline" });
   * features.filter(({ exceeded }) => exceeded.length > 0);
   */
  drift(name: string, options?: DriftOptions): CallPromise<FeatureViewDrift>;
}

/** Reads the registry's feature services. */
export interface FeatureServices {
  /** Lists every version of every service, by name, newest first. */
  list(options?: CallOptions): ListPromise<FeatureService>;
  /** Gets a service's versions, newest first. */
  get(name: string, options?: CallOptions): CallPromise<FeatureServiceVersions>;
}

export function createFeatureViews(transport: Transport): FeatureViews {
  return {
    list: (options) => listOf<FeatureViewSummary>(transport, "/api/feature-views", "feature_views", options),
    get: (name, options) =>
      getOf<FeatureView>(transport, `/api/feature-views/${encodeURIComponent(name)}`, "versions", options),
    getVersion: (name, version, options) =>
      getOf<FeatureViewVersion>(
        transport,
        `/api/feature-views/${encodeURIComponent(name)}/versions/${version}`,
        "features",
        options,
      ),
    profile: (name, { version, generation, ...call } = {}) =>
      bodyOf<FeatureViewProfile>(transport, {
        ...call,
        method: "GET",
        path: `/api/feature-views/${encodeURIComponent(name)}/profile`,
        query: { version: numberText(version), generation: numberText(generation) },
        expect: (answer) => typeof answer.features === "object",
      }),
    drift: (name, { version, generation, against, baseline, ...call } = {}) =>
      bodyOf<FeatureViewDrift>(transport, {
        ...call,
        method: "GET",
        path: `/api/feature-views/${encodeURIComponent(name)}/drift`,
        query: {
          version: numberText(version),
          generation: numberText(generation),
          against,
          baseline: numberText(baseline),
        },
        expect: (answer) => Array.isArray(answer.features),
      }),
  };
}

function numberText(number: number | undefined): string | undefined {
  return number === undefined ? undefined : String(number);
}

export function createFeatureServices(transport: Transport): FeatureServices {
  return {
    list: (options) => listOf<FeatureService>(transport, "/api/feature-services", "feature_services", options),
    get: (name, options) =>
      getOf<FeatureServiceVersions>(
        transport,
        `/api/feature-services/${encodeURIComponent(name)}`,
        "versions",
        options,
      ),
  };
}

import type {
  FeatureService,
  FeatureServiceVersions,
  FeatureView,
  FeatureViewDrift,
  FeatureViewProfile,
  FeatureViewSummary,
  FeatureViewVersion,
} from "./answer";
import type { CallOptions, Transport } from "./transport";

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
  list(options?: CallOptions): Promise<readonly FeatureViewSummary[]>;
  /** Gets a view's versions, newest first. */
  get(name: string, options?: CallOptions): Promise<FeatureView>;
  /** Gets one version with its definition, SQL and freshness. */
  getVersion(name: string, version: number, options?: CallOptions): Promise<FeatureViewVersion>;
  /** Gets the profile of a generation: per feature nulls, distinct values, extremes, mean, quantiles, frequent values. */
  profile(name: string, options?: ProfileOptions): Promise<FeatureViewProfile>;
  /**
   * Compares the profiles of two generations, feature by feature.
   *
   * @example
   * const { features } = await client.featureViews.drift("lyric_sentiment", { against: "baseline" });
   * features.filter(({ exceeded }) => exceeded.length > 0);
   */
  drift(name: string, options?: DriftOptions): Promise<FeatureViewDrift>;
}

/** Reads the registry's feature services. */
export interface FeatureServices {
  /** Lists every version of every service, by name, newest first. */
  list(options?: CallOptions): Promise<readonly FeatureService[]>;
  /** Gets a service's versions, newest first. */
  get(name: string, options?: CallOptions): Promise<FeatureServiceVersions>;
}

export function createFeatureViews(transport: Transport): FeatureViews {
  return {
    async list(options = {}) {
      const { body } = await transport<{ readonly feature_views: readonly FeatureViewSummary[] }>({
        ...options,
        method: "GET",
        path: "/api/feature-views",
        expect: (answer) => Array.isArray(answer.feature_views),
      });
      return body.feature_views;
    },

    async get(name, options = {}) {
      const { body } = await transport<FeatureView>({
        ...options,
        method: "GET",
        path: `/api/feature-views/${encodeURIComponent(name)}`,
        expect: (answer) => Array.isArray(answer.versions),
      });
      return body;
    },

    async getVersion(name, version, options = {}) {
      const { body } = await transport<FeatureViewVersion>({
        ...options,
        method: "GET",
        path: `/api/feature-views/${encodeURIComponent(name)}/versions/${version}`,
        expect: (answer) => Array.isArray(answer.features),
      });
      return body;
    },

    async profile(name, { version, generation, ...call } = {}) {
      const { body } = await transport<FeatureViewProfile>({
        ...call,
        method: "GET",
        path: `/api/feature-views/${encodeURIComponent(name)}/profile`,
        query: { version: numberText(version), generation: numberText(generation) },
        expect: (answer) => typeof answer.features === "object",
      });
      return body;
    },

    async drift(name, { version, generation, against, baseline, ...call } = {}) {
      const { body } = await transport<FeatureViewDrift>({
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
      });
      return body;
    },
  };
}

function numberText(number: number | undefined): string | undefined {
  return number === undefined ? undefined : String(number);
}

export function createFeatureServices(transport: Transport): FeatureServices {
  return {
    async list(options = {}) {
      const { body } = await transport<{ readonly feature_services: readonly FeatureService[] }>({
        ...options,
        method: "GET",
        path: "/api/feature-services",
        expect: (answer) => Array.isArray(answer.feature_services),
      });
      return body.feature_services;
    },

    async get(name, options = {}) {
      const { body } = await transport<FeatureServiceVersions>({
        ...options,
        method: "GET",
        path: `/api/feature-services/${encodeURIComponent(name)}`,
        expect: (answer) => Array.isArray(answer.versions),
      });
      return body;
    },
  };
}

import type {
  FeatureService,
  FeatureServiceVersions,
  FeatureView,
  FeatureViewSummary,
  FeatureViewVersion,
} from "./answer";
import type { CallOptions, Transport } from "./transport";

/** Reads the registry's feature views. */
export interface FeatureViews {
  /** Lists the promoted version of every view, by name. */
  list(options?: CallOptions): Promise<readonly FeatureViewSummary[]>;
  /** Gets a view's versions, newest first. */
  get(name: string, options?: CallOptions): Promise<FeatureView>;
  /** Gets one version with its definition, SQL and freshness. */
  getVersion(name: string, version: number, options?: CallOptions): Promise<FeatureViewVersion>;
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
  };
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

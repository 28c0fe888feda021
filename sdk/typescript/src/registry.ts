import type {
  FeatureService,
  FeatureServiceVersions,
  FeatureView,
  FeatureViewSummary,
  FeatureViewVersion,
} from "./answer";
import { getOf, listOf } from "./read-document";
import type { CallOptions, Transport } from "./transport";
import type { CallPromise, ListPromise } from "./transport/call-promise";

/** Reads the registry's feature views. */
export interface FeatureViews {
  /** Lists the promoted version of every view, by name. */
  list(options?: CallOptions): ListPromise<FeatureViewSummary>;
  /** Gets a view's versions, newest first. */
  get(name: string, options?: CallOptions): CallPromise<FeatureView>;
  /** Gets one version with its definition, SQL and freshness. */
  getVersion(name: string, version: number, options?: CallOptions): CallPromise<FeatureViewVersion>;
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
  };
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

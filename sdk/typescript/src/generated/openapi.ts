// Generated from docs/openapi.json by `npm run generate`. Do not edit.

export interface paths {
    readonly "/api/embeddings/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read one entity's embeddings
         * @description All of the entity's embeddings unless one is named. Needs scope `embeddings:read`.
         */
        readonly get: operations["readEmbeddings"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/feature-services": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List every version of every feature service
         * @description Needs scope `registry:read`.
         */
        readonly get: operations["listFeatureServices"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/feature-services/{name}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read a feature service's versions
         * @description Needs scope `registry:read`.
         */
        readonly get: operations["readFeatureService"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/feature-views": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the promoted version of every feature view
         * @description Needs scope `registry:read`.
         */
        readonly get: operations["listFeatureViews"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/feature-views/{name}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read a feature view's versions
         * @description Needs scope `registry:read`.
         */
        readonly get: operations["readFeatureView"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/feature-views/{name}/versions/{version}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read one version of a feature view: definition, SQL, owner, freshness
         * @description Needs scope `registry:read`.
         */
        readonly get: operations["readFeatureViewVersion"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/feature-views/{name}/versions/{version}/schema": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read the JSON Schema of a row of one version of a feature view
         * @description Needs scope `registry:read`.
         */
        readonly get: operations["readRowSchema"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/features/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read one entity's features
         * @description Without a selection: every feature, vectors apart, of all promoted views of the entity. An unknown entity is answered with status `unknown_entity`, not with 404. Needs scope `features:read`.
         */
        readonly get: operations["readFeatures"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/features/batch": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Read the features of many entities
         * @description Rows stand in the order of the ids, repeats included; an unknown id gives a row of nulls and never fails the batch. All rows of one view are of one generation. Needs scope `features:read`.
         */
        readonly post: operations["readFeaturesBatch"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/docs": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Show this document as a page */
        readonly get: operations["docs"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/health": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Report each part's health
         * @description Always 200; `status` says ok, degraded or unavailable.
         */
        readonly get: operations["health"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/livez": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Tell that the process runs */
        readonly get: operations["livez"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/metrics": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Give the metrics in Prometheus' text format */
        readonly get: operations["metrics"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/openapi.json": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Give this document */
        readonly get: operations["openapi"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/readyz": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Tell whether requests can be answered
         * @description 200 as long as features can be read, 503 while starting, draining, or when no store answers. Ready does not wait until the memory store is filled: meanwhile reads are answered from PostgreSQL, with the same values and a little later; `checks.online_store` tells which it is.
         */
        readonly get: operations["readyz"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        readonly BatchAnswer: {
            /** @description `view.feature` of each value in a row */
            readonly columns: readonly string[];
            /** @description As they were sent */
            readonly ids: readonly components["schemas"]["EntityId"][];
            /** @description One row per id, in the order of the ids */
            readonly rows: readonly (readonly components["schemas"]["FeatureValue"][])[];
            readonly status: readonly components["schemas"]["RowStatus"][];
            /** @description Per row and view; only when some row is not complete */
            readonly statuses?: readonly (readonly components["schemas"]["ViewStatus"][])[];
            /** @description The views, in the order of `statuses` */
            readonly views: readonly string[];
        };
        readonly BatchRequest: {
            /** @description The entity; by default that of the views, then the server's default */
            readonly entity?: string;
            /** @description `view`, `view.feature`, `view@2`, `view@2.feature` */
            readonly features?: readonly string[];
            /** @description 1 to 1,000 ids (the server may be configured otherwise); repeats are kept */
            readonly ids: readonly components["schemas"]["EntityId"][];
            /** @description A feature service, `name` or `name@2`; excludes `features` */
            readonly service?: string;
        };
        readonly Embedding: {
            readonly dimensions: number;
            /** @enum {string} */
            readonly metric: "cosine" | "l2" | "inner_product";
            /** @description Vectors are comparable within one space only */
            readonly space: string;
            readonly status: components["schemas"]["ViewStatus"];
            readonly vector: readonly number[] | null;
        };
        readonly EmbeddingsAnswer: {
            /** @description By `view.feature` */
            readonly embeddings: {
                readonly [key: string]: components["schemas"]["Embedding"];
            };
            readonly status: components["schemas"]["RowStatus"];
        } & {
            readonly [key: string]: components["schemas"]["EntityKeyValue"];
        };
        /** @description A single key as string or integer; a composite key as an object by key name */
        readonly EntityId: string | number | {
            readonly [key: string]: components["schemas"]["EntityKeyValue"];
        };
        readonly EntityKeyValue: string | number;
        readonly FeatureDocument: {
            readonly allowed_values: readonly (string | number)[] | null;
            readonly description: string | null;
            readonly embedding: {
                readonly dimensions: number;
                readonly metric: string;
                readonly space: string;
            } | null;
            readonly maximum: number | null;
            readonly maximum_null_fraction: number | null;
            readonly minimum: number | null;
            readonly name: string;
            readonly nullable: boolean;
            readonly tags: readonly string[];
            readonly type: string;
            readonly unit: string | null;
        };
        /** @description The entity's keys stand first, under their own names: `"track_id": 7` */
        readonly FeaturesAnswer: {
            /** @description By view, then by feature */
            readonly features: {
                readonly [key: string]: {
                    readonly [key: string]: components["schemas"]["FeatureValue"];
                };
            };
            /** @description By view; only with metadata=true */
            readonly metadata?: {
                readonly [key: string]: components["schemas"]["RowMetadata"];
            };
            readonly status: components["schemas"]["RowStatus"];
            readonly views: {
                readonly [key: string]: components["schemas"]["ViewStatus"];
            };
        } & {
            readonly [key: string]: components["schemas"]["EntityKeyValue"];
        };
        readonly FeatureService: {
            readonly applied_at: string;
            readonly description: string | null;
            readonly entity: string;
            /** @description `view@version.feature` in the model's input order */
            readonly features: readonly string[];
            readonly name: string;
            readonly owner: string | null;
            readonly promoted: boolean;
            readonly tags: readonly string[];
            readonly version: number;
        };
        readonly FeatureServiceList: {
            readonly feature_services: readonly components["schemas"]["FeatureService"][];
        };
        readonly FeatureServiceVersions: {
            readonly name: string;
            readonly promoted: number;
            readonly versions: readonly components["schemas"]["FeatureService"][];
        };
        /** @description The value in JSON: int64 and decimal as strings, timestamps as 2026-01-01T00:00:00.123456Z, vectors as arrays of numbers; null is a value */
        readonly FeatureValue: unknown;
        readonly FeatureView: {
            readonly name: string;
            readonly promoted: number;
            readonly versions: readonly components["schemas"]["FeatureViewSummary"][];
        };
        readonly FeatureViewList: {
            readonly feature_views: readonly components["schemas"]["FeatureViewSummary"][];
        };
        readonly FeatureViewSummary: {
            readonly description: string | null;
            readonly entity: string;
            /** @description Names, sorted */
            readonly features: readonly string[];
            readonly name: string;
            readonly owner: string | null;
            readonly promoted: boolean;
            /** @enum {string} */
            readonly scope: "tenant" | "shared";
            readonly served: components["schemas"]["GenerationDocument"];
            /** @enum {string} */
            readonly state: "active" | "retired";
            readonly tags: readonly string[];
            readonly ttl_seconds: number | null;
            readonly version: number;
        };
        readonly FeatureViewVersion: {
            readonly applied_at: string;
            /** @description The definition's intermediate representation */
            readonly definition: {
                readonly [key: string]: unknown;
            };
            readonly description: string | null;
            readonly document_hash: string;
            readonly entity: string;
            readonly features: readonly components["schemas"]["FeatureDocument"][];
            readonly key: readonly {
                readonly name: string;
                readonly type: string;
            }[];
            readonly meaning_hash: string;
            readonly name: string;
            readonly owner: string | null;
            readonly promoted: boolean;
            /** @enum {string} */
            readonly scope: "tenant" | "shared";
            readonly served: components["schemas"]["GenerationDocument"];
            readonly source: string;
            /** @description The SQL that materializes it */
            readonly sql: string;
            /** @enum {string} */
            readonly state: "active" | "retired";
            readonly tags: readonly string[];
            readonly ttl_seconds: number | null;
            readonly version: number;
        };
        /** @description null until it is materialized for the first time */
        readonly GenerationDocument: {
            readonly as_of: string;
            readonly generation: number;
            readonly published_at: string;
            readonly rows: number;
        } | null;
        readonly Health: {
            readonly checks: {
                readonly [key: string]: {
                    readonly detail: string;
                    readonly ok: boolean;
                };
            };
            readonly registry_revision: number | null;
            /** @enum {string} */
            readonly status: "ok" | "degraded" | "unavailable";
        };
        readonly Problem: {
            /**
             * @description Stable: decide by this, never by the texts
             * @enum {string}
             */
            readonly code: "invalid_request" | "unknown_parameter" | "invalid_parameter" | "invalid_selection" | "selection_conflict" | "mixed_entities" | "entity_required" | "vector_not_named" | "id_empty" | "id_too_long" | "id_not_exact" | "id_invalid" | "body_required" | "invalid_json" | "invalid_body" | "ids_empty" | "too_many_ids" | "key_required" | "key_malformed" | "key_unknown" | "key_revoked" | "scope_required" | "tenant_required" | "path_not_found" | "entity_not_found" | "feature_view_not_found" | "feature_view_version_not_found" | "feature_not_found" | "feature_service_not_found" | "feature_service_version_not_found" | "embedding_not_found" | "method_not_allowed" | "feature_view_retired" | "body_too_large" | "unsupported_content_encoding" | "unsupported_media_type" | "rate_limited" | "too_many_failed_attempts" | "internal" | "starting" | "view_not_materialized" | "store_unavailable" | "store_timeout" | "overloaded";
            /** @description What was wrong, where, and what to do */
            readonly detail: string;
            readonly errors?: readonly {
                readonly detail: string;
                readonly place: string;
            }[];
            readonly instance?: string;
            readonly request_id: string;
            readonly status: number;
            readonly title: string;
            /** @description Where the code is documented, relative to the server */
            readonly type: string;
        };
        readonly RowMetadata: {
            /** @description The time as of which the generation's values are */
            readonly as_of: string;
            /** @description The time of the newest fact in the row */
            readonly event_time: string | null;
            readonly generation: number;
            readonly version: number;
        };
        /**
         * @description The status that all views agree on, else partial
         * @enum {string}
         */
        readonly RowStatus: "complete" | "partial" | "missing" | "unknown_entity" | "expired" | "timeout";
        /**
         * @description complete: a row is there. missing: the entity is known, the view has no facts about it. unknown_entity: no requested view knows the id. expired: the row is older than the view's time to live
         * @enum {string}
         */
        readonly ViewStatus: "complete" | "missing" | "unknown_entity" | "expired" | "timeout";
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    readonly readEmbeddings: {
        readonly parameters: {
            readonly query?: {
                /** @description `view.feature` or `view@2.feature` */
                readonly embedding?: string;
                /** @description The entity; by default that of the embedding, then the server's default */
                readonly entity?: string;
            };
            readonly header?: never;
            readonly path: {
                /** @description The entity's key, as for features */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The embeddings */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["EmbeddingsAnswer"];
                };
            };
            /** @description One of: invalid_request, unknown_parameter, invalid_parameter, invalid_selection, selection_conflict, mixed_entities, entity_required, vector_not_named, id_empty, id_too_long, id_not_exact, id_invalid, body_required, invalid_json, invalid_body, ids_empty, too_many_ids */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: key_required, key_malformed, key_unknown, key_revoked */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: scope_required, tenant_required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: path_not_found, entity_not_found, feature_view_not_found, feature_view_version_not_found, feature_not_found, feature_service_not_found, feature_service_version_not_found, embedding_not_found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: feature_view_retired */
            readonly 410: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: rate_limited, too_many_failed_attempts */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: internal */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: starting, view_not_materialized, store_unavailable, store_timeout, overloaded */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly listFeatureServices: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The services, by name, newest version first */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["FeatureServiceList"];
                };
            };
            /** @description One of: invalid_request, unknown_parameter, invalid_parameter, invalid_selection, selection_conflict, mixed_entities, entity_required, vector_not_named, id_empty, id_too_long, id_not_exact, id_invalid, body_required, invalid_json, invalid_body, ids_empty, too_many_ids */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: key_required, key_malformed, key_unknown, key_revoked */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: scope_required, tenant_required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: rate_limited, too_many_failed_attempts */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: internal */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: starting, view_not_materialized, store_unavailable, store_timeout, overloaded */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly readFeatureService: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The versions, newest first */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["FeatureServiceVersions"];
                };
            };
            /** @description One of: invalid_request, unknown_parameter, invalid_parameter, invalid_selection, selection_conflict, mixed_entities, entity_required, vector_not_named, id_empty, id_too_long, id_not_exact, id_invalid, body_required, invalid_json, invalid_body, ids_empty, too_many_ids */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: key_required, key_malformed, key_unknown, key_revoked */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: scope_required, tenant_required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: path_not_found, entity_not_found, feature_view_not_found, feature_view_version_not_found, feature_not_found, feature_service_not_found, feature_service_version_not_found, embedding_not_found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: rate_limited, too_many_failed_attempts */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: internal */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: starting, view_not_materialized, store_unavailable, store_timeout, overloaded */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly listFeatureViews: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The feature views, by name */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["FeatureViewList"];
                };
            };
            /** @description One of: invalid_request, unknown_parameter, invalid_parameter, invalid_selection, selection_conflict, mixed_entities, entity_required, vector_not_named, id_empty, id_too_long, id_not_exact, id_invalid, body_required, invalid_json, invalid_body, ids_empty, too_many_ids */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: key_required, key_malformed, key_unknown, key_revoked */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: scope_required, tenant_required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: rate_limited, too_many_failed_attempts */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: internal */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: starting, view_not_materialized, store_unavailable, store_timeout, overloaded */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly readFeatureView: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The versions, newest first */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["FeatureView"];
                };
            };
            /** @description One of: invalid_request, unknown_parameter, invalid_parameter, invalid_selection, selection_conflict, mixed_entities, entity_required, vector_not_named, id_empty, id_too_long, id_not_exact, id_invalid, body_required, invalid_json, invalid_body, ids_empty, too_many_ids */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: key_required, key_malformed, key_unknown, key_revoked */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: scope_required, tenant_required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: path_not_found, entity_not_found, feature_view_not_found, feature_view_version_not_found, feature_not_found, feature_service_not_found, feature_service_version_not_found, embedding_not_found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: rate_limited, too_many_failed_attempts */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: internal */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: starting, view_not_materialized, store_unavailable, store_timeout, overloaded */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly readFeatureViewVersion: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly name: string;
                /** @description 1, 2, 3, … */
                readonly version: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The version */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["FeatureViewVersion"];
                };
            };
            /** @description One of: invalid_request, unknown_parameter, invalid_parameter, invalid_selection, selection_conflict, mixed_entities, entity_required, vector_not_named, id_empty, id_too_long, id_not_exact, id_invalid, body_required, invalid_json, invalid_body, ids_empty, too_many_ids */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: key_required, key_malformed, key_unknown, key_revoked */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: scope_required, tenant_required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: path_not_found, entity_not_found, feature_view_not_found, feature_view_version_not_found, feature_not_found, feature_service_not_found, feature_service_version_not_found, embedding_not_found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: rate_limited, too_many_failed_attempts */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: internal */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: starting, view_not_materialized, store_unavailable, store_timeout, overloaded */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly readRowSchema: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly name: string;
                /** @description 1, 2, 3, … */
                readonly version: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A JSON Schema (2020-12) */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/schema+json": {
                        readonly [key: string]: unknown;
                    };
                };
            };
            /** @description One of: invalid_request, unknown_parameter, invalid_parameter, invalid_selection, selection_conflict, mixed_entities, entity_required, vector_not_named, id_empty, id_too_long, id_not_exact, id_invalid, body_required, invalid_json, invalid_body, ids_empty, too_many_ids */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: key_required, key_malformed, key_unknown, key_revoked */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: scope_required, tenant_required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: path_not_found, entity_not_found, feature_view_not_found, feature_view_version_not_found, feature_not_found, feature_service_not_found, feature_service_version_not_found, embedding_not_found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: rate_limited, too_many_failed_attempts */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: internal */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: starting, view_not_materialized, store_unavailable, store_timeout, overloaded */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly readFeatures: {
        readonly parameters: {
            readonly query?: {
                /** @description The entity; by default that of the named views, then the server's default */
                readonly entity?: string;
                /** @description Comma-separated `view`, `view.feature`, `view@2`, `view@2.feature` */
                readonly features?: string;
                /** @description Tell each view's version, generation and times */
                readonly metadata?: "true" | "false";
                /** @description A feature service, `name` or `name@2`; excludes `features` */
                readonly service?: string;
            };
            readonly header?: never;
            readonly path: {
                /** @description The entity's key; a composite key is its parts in key order, each percent-encoded, with commas between */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The features, with a status for each view */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["FeaturesAnswer"];
                };
            };
            /** @description One of: invalid_request, unknown_parameter, invalid_parameter, invalid_selection, selection_conflict, mixed_entities, entity_required, vector_not_named, id_empty, id_too_long, id_not_exact, id_invalid, body_required, invalid_json, invalid_body, ids_empty, too_many_ids */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: key_required, key_malformed, key_unknown, key_revoked */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: scope_required, tenant_required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: path_not_found, entity_not_found, feature_view_not_found, feature_view_version_not_found, feature_not_found, feature_service_not_found, feature_service_version_not_found, embedding_not_found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: feature_view_retired */
            readonly 410: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: rate_limited, too_many_failed_attempts */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: internal */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: starting, view_not_materialized, store_unavailable, store_timeout, overloaded */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly readFeaturesBatch: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["BatchRequest"];
            };
        };
        readonly responses: {
            /** @description The rows */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["BatchAnswer"];
                };
            };
            /** @description One of: invalid_request, unknown_parameter, invalid_parameter, invalid_selection, selection_conflict, mixed_entities, entity_required, vector_not_named, id_empty, id_too_long, id_not_exact, id_invalid, body_required, invalid_json, invalid_body, ids_empty, too_many_ids */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: key_required, key_malformed, key_unknown, key_revoked */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: scope_required, tenant_required */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: path_not_found, entity_not_found, feature_view_not_found, feature_view_version_not_found, feature_not_found, feature_service_not_found, feature_service_version_not_found, embedding_not_found */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: feature_view_retired */
            readonly 410: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: body_too_large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: unsupported_content_encoding, unsupported_media_type */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: rate_limited, too_many_failed_attempts */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: internal */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: starting, view_not_materialized, store_unavailable, store_timeout, overloaded */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly docs: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page that needs nothing from elsewhere */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/html": string;
                };
            };
            /** @description One of: invalid_request, unknown_parameter, invalid_parameter, invalid_selection, selection_conflict, mixed_entities, entity_required, vector_not_named, id_empty, id_too_long, id_not_exact, id_invalid, body_required, invalid_json, invalid_body, ids_empty, too_many_ids */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly health: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The report */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Health"];
                };
            };
            /** @description One of: invalid_request, unknown_parameter, invalid_parameter, invalid_selection, selection_conflict, mixed_entities, entity_required, vector_not_named, id_empty, id_too_long, id_not_exact, id_invalid, body_required, invalid_json, invalid_body, ids_empty, too_many_ids */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly livez: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description It runs */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @enum {string} */
                        readonly status: "ok";
                    };
                };
            };
            /** @description One of: invalid_request, unknown_parameter, invalid_parameter, invalid_selection, selection_conflict, mixed_entities, entity_required, vector_not_named, id_empty, id_too_long, id_not_exact, id_invalid, body_required, invalid_json, invalid_body, ids_empty, too_many_ids */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly metrics: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The metrics */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/plain": string;
                };
            };
            /** @description One of: invalid_request, unknown_parameter, invalid_parameter, invalid_selection, selection_conflict, mixed_entities, entity_required, vector_not_named, id_empty, id_too_long, id_not_exact, id_invalid, body_required, invalid_json, invalid_body, ids_empty, too_many_ids */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description One of: internal */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly openapi: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description An OpenAPI 3.1 document */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly [key: string]: unknown;
                    };
                };
            };
            /** @description One of: invalid_request, unknown_parameter, invalid_parameter, invalid_selection, selection_conflict, mixed_entities, entity_required, vector_not_named, id_empty, id_too_long, id_not_exact, id_invalid, body_required, invalid_json, invalid_body, ids_empty, too_many_ids */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly readyz: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Ready */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Health"];
                };
            };
            /** @description One of: invalid_request, unknown_parameter, invalid_parameter, invalid_selection, selection_conflict, mixed_entities, entity_required, vector_not_named, id_empty, id_too_long, id_not_exact, id_invalid, body_required, invalid_json, invalid_body, ids_empty, too_many_ids */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
}

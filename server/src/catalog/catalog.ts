import {
  type Feature,
  type FeatureReference,
  instantText,
  scopeOf,
  vectorDimensions,
} from "@featstore/definitions/compiler";
import { FeatstoreError } from "../core/index";
import type { VectorStore } from "../embeddings/index";
import {
  deprecationDocument,
  findService,
  findView,
  hidesCounts,
  type RegisteredService,
  type RegisteredView,
  type Versions,
} from "../registry/index";
import type { ServingRegistry } from "../serving/index";
import { rowSchema } from "./row-schema";

/**
 * The registry as API documents. `tenant` is the reader's tenant: if set, documents of tenant-scoped views have no
 * counts, because counts cover all tenants.
 * Errors of all methods: those of finding a view, a service or a version.
 */
export interface Catalog {
  /** The promoted version of each view, by name. */
  featureViews(tenant: string | null): readonly object[];
  /** Includes the state of the vector search, for views with vectors. */
  featureView(name: string, tenant: string | null): Promise<object>;
  /** `version` as written in the path. */
  version(name: string, version: string, tenant: string | null): object;
  /** Returns the JSON Schema of a row. */
  rowSchema(name: string, version: string): object;
  featureServices(): readonly object[];
  featureService(name: string): object;
}

export function createCatalog(registry: ServingRegistry, vectors: Pick<VectorStore, "tables">): Catalog {
  const find = (name: string, version: string): { registered: RegisteredView; versions: Versions<RegisteredView> } => {
    const versions = findView(registry.current().snapshot, name);
    const registered = /^[1-9][0-9]{0,8}$/.test(version) ? versions.versions.get(Number(version)) : undefined;
    if (registered === undefined) {
      throw new FeatstoreError(
        "feature_view_version_not_found",
        `Feature view "${name}" has no version "${version.slice(0, 40)}"; it has ${[...versions.versions.keys()].join(", ")}.`,
      );
    }
    return { registered, versions };
  };
  return {
    featureViews: (tenant) =>
      [...registry.current().snapshot.featureViews.values()].flatMap((versions) => {
        const registered = versions.versions.get(versions.promoted);
        return registered === undefined ? [] : [viewSummary(registered, versions.promoted, tenant)];
      }),
    async featureView(name, tenant) {
      const versions = findView(registry.current().snapshot, name);
      const promoted = versions.versions.get(versions.promoted);
      return {
        name,
        promoted: versions.promoted,
        next: versions.next,
        versions: newestFirst(versions).map((registered) => viewSummary(registered, versions.promoted, tenant)),
        ...(promoted !== undefined && hasVectors(promoted)
          ? { vector_search: await vectorSearch(vectors, promoted, tenant) }
          : {}),
      };
    },
    version(name, version, tenant) {
      const { registered, versions } = find(name, version);
      return viewDocument(registered, versions.promoted, tenant);
    },
    rowSchema: (name, version) => rowSchema(find(name, version).registered.view),
    featureServices: () =>
      [...registry.current().snapshot.featureServices.values()].flatMap((versions) =>
        newestFirst(versions).map((registered) => serviceDocument(registered, versions.promoted)),
      ),
    featureService(name) {
      const versions = findService(registry.current().snapshot, name);
      return {
        name,
        promoted: versions.promoted,
        next: versions.next,
        versions: newestFirst(versions).map((registered) => serviceDocument(registered, versions.promoted)),
      };
    },
  };
}

function hasVectors({ view }: RegisteredView): boolean {
  return view.features.some(({ type }) => vectorDimensions(type) !== undefined);
}

/** Describes the vector search of the promoted version, by feature; null if the database does not answer. */
async function vectorSearch(
  vectors: Pick<VectorStore, "tables">,
  { view }: RegisteredView,
  tenant: string | null,
): Promise<object | null> {
  try {
    const tables = await vectors.tables(view.name, view.version);
    return tables.map(({ feature, generation, rows, index, recall }) => ({
      ...{ feature, generation, index },
      ...(hidesCounts(view, tenant) ? { rows: null, recall: null } : { rows, recall }),
    }));
  } catch {
    return null; // the rest of the catalog does not depend on it
  }
}

function newestFirst<Registered>(versions: Versions<Registered>): Registered[] {
  return [...versions.versions].sort(([left], [right]) => right - left).map(([, registered]) => registered);
}

function viewSummary(registered: RegisteredView, promoted: number, tenant: string | null) {
  const { view, state, served } = registered;
  return {
    name: view.name,
    version: view.version,
    promoted: view.version === promoted,
    state,
    deprecation: deprecationDocument(registered),
    entity: view.entity.name,
    scope: scopeOf(view),
    description: view.description,
    owner: view.owner,
    tags: view.tags,
    ttl_seconds: view.ttlSeconds,
    freshness_seconds: view.freshnessSeconds ?? null,
    features: view.features.map((feature) => feature.name),
    served:
      served === null
        ? null
        : {
            generation: served.generation,
            as_of: instantText(served.asOf),
            published_at: instantText(served.publishedAt),
            rows: hidesCounts(view, tenant) ? null : served.rows,
          },
  };
}

function viewDocument(registered: RegisteredView, promoted: number, tenant: string | null) {
  const { view } = registered;
  return {
    ...viewSummary(registered, promoted, tenant),
    features: view.features.map(featureDocument),
    key: view.entity.key.map(({ name, type }) => ({ name, type })),
    source: view.source.name,
    meaning_hash: registered.meaningHash,
    document_hash: registered.documentHash,
    applied_at: instantText(registered.appliedAt),
    sql: registered.sql,
    definition: view,
  };
}

function featureDocument(feature: Feature) {
  const { contract, embedding } = feature;
  return {
    name: feature.name,
    type: feature.type,
    nullable: feature.nullable,
    description: contract.description,
    unit: contract.unit,
    minimum: contract.minimum,
    maximum: contract.maximum,
    allowed_values: contract.allowedValues,
    ...(feature.default === undefined ? {} : { default: feature.default }),
    maximum_null_fraction: contract.maximumNullFraction,
    owner: contract.owner ?? null,
    pii: contract.pii === true,
    tags: contract.tags,
    embedding:
      embedding === null
        ? null
        : { space: embedding.space, metric: embedding.metric, dimensions: vectorDimensions(feature.type) ?? 0 },
  };
}

function serviceDocument({ service, appliedAt }: RegisteredService, promoted: number) {
  return {
    name: service.name,
    version: service.version,
    promoted: service.version === promoted,
    entity: service.entity,
    features: service.features.map(referenceText),
    through: Object.fromEntries(
      service.features.flatMap((reference) =>
        reference.through === undefined ? [] : [[referenceText(reference), referenceText(reference.through)]],
      ),
    ),
    inputs: service.inputs ?? [],
    computed: (service.computed ?? []).map((feature) => ({
      name: feature.name,
      type: feature.type,
      nullable: feature.nullable,
      ...(feature.default === undefined ? {} : { default: feature.default }),
      description: feature.contract.description,
      unit: feature.contract.unit,
    })),
    description: service.description,
    owner: service.owner,
    tags: service.tags,
    applied_at: instantText(appliedAt),
  };
}

function referenceText({ view, version, feature }: FeatureReference): string {
  return `${view}@${version}.${feature}`;
}

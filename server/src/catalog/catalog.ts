import {
  type Feature,
  type FeatureReference,
  instantText,
  scopeOf,
  vectorDimensions,
} from "@featstore/definitions/compiler";
import type { VectorStore } from "../embeddings/index";
import type { DocumentOf } from "../http/index";
import {
  deprecationDocument,
  findService,
  findVersion,
  findView,
  hidesCounts,
  type RegisteredService,
  type RegisteredView,
  type RegistryReader,
  readableSnapshot,
  type Versions,
} from "../registry/index";
import type { ServingRegistry } from "../serving/index";
import type {
  FeatureDocument,
  FeatureServiceDocument,
  FeatureServiceVersions,
  FeatureView,
  FeatureViewSummary,
  FeatureViewVersion,
  VectorTable,
} from "./catalog-schema";
import { rowSchema } from "./row-schema";

/**
 * The registry as API documents, of what the reader may read.
 * Errors of all methods: those of finding a view, a service or a version.
 */
export interface Catalog {
  /** The promoted version of each view, by name. */
  featureViews(reader: RegistryReader): readonly DocumentOf<typeof FeatureViewSummary>[];
  /** Includes the state of the vector search, for views with vectors. */
  featureView(name: string, reader: RegistryReader): Promise<DocumentOf<typeof FeatureView>>;
  /** `version` as written in the path. */
  version(name: string, version: string, reader: RegistryReader): DocumentOf<typeof FeatureViewVersion>;
  /** Returns the JSON Schema of a row. */
  rowSchema(name: string, version: string, reader: RegistryReader): Readonly<Record<string, unknown>>;
  featureServices(reader: RegistryReader): readonly DocumentOf<typeof FeatureServiceDocument>[];
  featureService(name: string, reader: RegistryReader): DocumentOf<typeof FeatureServiceVersions>;
}

export function createCatalog(registry: ServingRegistry, vectors: Pick<VectorStore, "tables">): Catalog {
  const readable = ({ grants }: RegistryReader) =>
    readableSnapshot(registry.current().snapshot, grants, "registry:read");
  return {
    featureViews: (reader) =>
      [...readable(reader).featureViews.values()].flatMap((versions) => {
        const registered = versions.versions.get(versions.promoted);
        return registered === undefined ? [] : [viewSummary(registered, versions.promoted, reader.tenant)];
      }),
    async featureView(name, reader) {
      const { tenant } = reader;
      const versions = findView(readable(reader), name);
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
    version(name, version, reader) {
      const snapshot = readable(reader);
      const registered = findVersion(snapshot, name, version, { evenRetired: true });
      return viewDocument(registered, findView(snapshot, name).promoted, reader.tenant);
    },
    rowSchema: (name, version, reader) =>
      rowSchema(findVersion(readable(reader), name, version, { evenRetired: true }).view),
    featureServices: (reader) =>
      [...readable(reader).featureServices.values()].flatMap((versions) =>
        newestFirst(versions).map((registered) => serviceDocument(registered, versions.promoted)),
      ),
    featureService(name, reader) {
      const versions = findService(readable(reader), name);
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
): Promise<readonly DocumentOf<typeof VectorTable>[] | null> {
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

function viewSummary(
  registered: RegisteredView,
  promoted: number,
  tenant: string | null,
): DocumentOf<typeof FeatureViewSummary> {
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

function viewDocument(
  registered: RegisteredView,
  promoted: number,
  tenant: string | null,
): DocumentOf<typeof FeatureViewVersion> {
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
    definition: { ...view },
  };
}

function featureDocument(feature: Feature): DocumentOf<typeof FeatureDocument> {
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

function serviceDocument(
  { service, appliedAt }: RegisteredService,
  promoted: number,
): DocumentOf<typeof FeatureServiceDocument> {
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
      allowed_values: feature.contract.allowedValues,
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

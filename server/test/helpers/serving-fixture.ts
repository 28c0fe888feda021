import type {
  Contract,
  DefaultValue,
  Entity,
  Feature,
  FeatureService,
  FeatureView,
  Source,
  ValueType,
} from "@featstore/definitions/compiler";
import type { RegisteredService, RegisteredView, RegistrySnapshot } from "../../src/registry/registry";
import type { RegistryStore } from "../../src/registry/registry-store";

/** The contract of a feature without promises. */
export const emptyContract: Contract = {
  description: null,
  unit: null,
  minimum: null,
  maximum: null,
  allowedValues: null,
  maximumNullFraction: null,
  tags: [],
};

const source = (name: string, tenant: string | null = null): Source => ({
  kind: "source",
  name,
  relation: { kind: "table", schema: null, table: name },
  key: [],
  columns: [],
  eventTime: { column: "created_at", zone: null },
  knownTime: null,
  tieBreak: [],
  tenant,
  history: "events",
  filter: null,
});

export const track: Entity = {
  kind: "entity",
  name: "track",
  key: [{ name: "track_id", type: "int64" }],
  population: source("tracks"),
  description: null,
};

export const play: Entity = {
  kind: "entity",
  name: "play",
  key: [
    { name: "artist", type: "string" },
    { name: "track_id", type: "int64" },
  ],
  population: null,
  description: null,
};

function feature(name: string, type: ValueType): Feature {
  const vector = /^vector\(/.test(type);
  return {
    name,
    // Tests of serving do not read expressions.
    expression: { kind: "literal", type: "string", value: null },
    type,
    nullable: true,
    embedding: vector ? { space: "mini", metric: "cosine" } : null,
    contract: emptyContract,
  };
}

export interface ViewOptions {
  readonly name: string;
  readonly version?: number;
  readonly entity?: Entity;
  readonly features: Readonly<Record<string, ValueType>>;
  /** Defaults for null, by feature. */
  readonly defaults?: Readonly<Record<string, DefaultValue>>;
  readonly tenant?: string | null;
  readonly ttlSeconds?: number | null;
  readonly generation?: number | null;
  readonly state?: "active" | "deprecated" | "retired";
  readonly retirement?: RegisteredView["retirement"];
}

/** Creates a registered view whose generation's table is `<name>_v<version>_g<generation>`. */
export function registered(options: ViewOptions): RegisteredView {
  const { name, version = 1, entity = track, features, tenant = null, ttlSeconds = null, generation = 1 } = options;
  const view: FeatureView = {
    kind: "feature_view",
    irVersion: 1,
    name,
    version,
    entity,
    source: source(`${name}_source`, tenant),
    filter: null,
    ttlSeconds,
    features: Object.entries(features)
      .map(([featureName, type]) => {
        const fallback = options.defaults?.[featureName];
        return { ...feature(featureName, type), ...(fallback === undefined ? {} : { default: fallback }) };
      })
      .sort((left, right) => (left.name < right.name ? -1 : 1)),
    description: null,
    owner: null,
    tags: [],
  };
  return {
    view,
    meaningHash: `meaning-${name}-${version}`,
    documentHash: `document-${name}-${version}`,
    state: options.state ?? "active",
    retirement: options.retirement ?? null,
    sql: "select 1",
    parameters: [],
    compilerVersion: 1,
    appliedAt: 1_700_000_000_000_000n,
    lastGeneration: generation ?? 0,
    served:
      generation === null
        ? null
        : {
            generation,
            asOf: 1_767_225_600_123_456n,
            table: `${name}_v${version}_g${generation}`,
            rows: 1,
            publishedAt: 1_767_225_601_000_000n,
          },
  };
}

export function service(
  name: string,
  version: number,
  entity: string,
  features: readonly (readonly [view: string, version: number, feature: string])[],
): FeatureService {
  return {
    kind: "feature_service",
    irVersion: 1,
    name,
    version,
    entity,
    features: features.map(([view, viewVersion, featureName]) => ({
      view,
      version: viewVersion,
      feature: featureName,
    })),
    description: null,
    owner: null,
    tags: [],
  };
}

/** Creates a snapshot in which the highest active version of each name is promoted. */
export function snapshotOf(
  revision: number,
  views: readonly RegisteredView[],
  services: readonly FeatureService[] = [],
): RegistrySnapshot {
  const names = [...new Set(views.map(({ view }) => view.name))];
  const serviceNames = [...new Set(services.map(({ name }) => name))];
  return {
    revision,
    entities: new Map(views.map(({ view }) => [view.entity.name, view.entity])),
    featureViews: new Map(
      names.map((name) => {
        const own = views.filter(({ view }) => view.name === name);
        const active = own.filter(({ state }) => state === "active");
        const promoted = Math.max(...(active.length > 0 ? active : own).map(({ view }) => view.version));
        return [name, { promoted, next: null, versions: new Map(own.map((each) => [each.view.version, each])) }];
      }),
    ),
    featureServices: new Map(
      serviceNames.map((name) => {
        const own = services.filter((each) => each.name === name);
        const versions = own.map((each): [number, RegisteredService] => [
          each.version,
          { service: each, documentHash: "document", appliedAt: 1n },
        ]);
        return [
          name,
          { promoted: Math.max(...own.map(({ version }) => version)), next: null, versions: new Map(versions) },
        ];
      }),
    ),
  };
}

/** Creates a registry whose snapshot the test sets. */
export function createFakeRegistry(first: RegistrySnapshot): RegistryStore & {
  publish(snapshot: RegistrySnapshot): void;
  fail(error: unknown): void;
} {
  let current = first;
  let failure: unknown;
  const watchers = new Set<() => void>();
  const check = () => {
    if (failure !== undefined) throw failure;
  };
  return {
    async revision() {
      check();
      return current.revision;
    },
    async snapshot() {
      check();
      return current;
    },
    async watch(onChange) {
      watchers.add(onChange);
      return async () => void watchers.delete(onChange);
    },
    publish(snapshot) {
      current = snapshot;
      for (const watcher of watchers) watcher();
    },
    fail(error) {
      failure = error;
    },
  };
}

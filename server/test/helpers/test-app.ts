import { Registry } from "prom-client";
import { createApp } from "../../src/app";
import type { AuditLog } from "../../src/audit-log/audit-log-store";
import { createCatalog } from "../../src/catalog/catalog";
import { createParquetThread } from "../../src/columnar/parquet/parquet-thread";
import { defaultThresholds } from "../../src/core/drift-thresholds";
import { FeatstoreError } from "../../src/core/errors";
import { SCOPES } from "../../src/core/scopes";
import { createEmbeddingReader } from "../../src/embeddings/embedding-reader";
import { createEmbeddingSearch } from "../../src/embeddings/embedding-search";
import type { VectorStore } from "../../src/embeddings/vector-store";
import { createHealthService } from "../../src/health/health";
import { createOutsideChecks } from "../../src/health/outside-checks";
import { createAccessLog } from "../../src/http/guard/access-log";
import { createClientAddresses } from "../../src/http/guard/client-address";
import { createCrossOrigin } from "../../src/http/guard/cross-origin";
import { createFailedAttempts } from "../../src/http/guard/failed-attempts";
import type { KeyLimits } from "../../src/http/guard/principal";
import type { RequestMeter } from "../../src/http/guard/request-meter";
import { createRequestMetrics } from "../../src/http/guard/request-metrics";
import { createKeyAuthenticator } from "../../src/keys/key-authenticator";
import { onlySecret } from "../../src/keys/key-secrets";
import type { KeyStore } from "../../src/keys/key-store";
import { createKeyService } from "../../src/keys/keys";
import { createOrganisationTier } from "../../src/keys/organisation-tier";
import { createProcessBuckets } from "../../src/limits/process-buckets";
import { createRequestLimiter } from "../../src/limits/request-limiter";
import type { TokenBuckets } from "../../src/limits/token-buckets";
import { createRunReader } from "../../src/materialization/runs/run-reader";
import type { RunStore } from "../../src/materialization/runs/run-store";
import { createAttemptLimits } from "../../src/platform/attempt-limits";
import type { OutsidePart } from "../../src/platform/outside-part";
import { createPublicPages } from "../../src/portal/module";
import { createProfileReader } from "../../src/quality/profile-reader";
import type { QualityStore } from "../../src/quality/quality-store";
import type { RegistryStore } from "../../src/registry/registry-store";
import { registerCacheMetrics } from "../../src/serving/cache-metrics";
import { createFeatureReader } from "../../src/serving/features";
import type { OnlineStore } from "../../src/serving/online-store/online-store";
import type { AsOfReading } from "../../src/serving/read/moment";
import { createServingRegistry } from "../../src/serving/serving-registry";
import { defaultSpineLimits } from "../../src/training-sets/spine/spine-limits";
import type { TrainingSets } from "../../src/training-sets/training-sets";
import type { UsageReports } from "../../src/usage/report-store";
import type { MonthlyUsage } from "../../src/usage/usage-meter";
import { checkAnswer } from "./answer-contract";
import { createFakeKeyStore } from "./fake-key-store";
import { noDatasets } from "./no-datasets";
import { operatorLimits, testTiers } from "./operator-limits";

export interface TestAppOptions {
  readonly registry: RegistryStore;
  readonly onlineStore: OnlineStore;
  readonly keyStore?: KeyStore;
  readonly quality?: QualityStore;
  /** Microseconds. */
  readonly clock?: () => number;
  readonly maxIds?: number;
  /** The limits of every key. */
  readonly keyLimits?: KeyLimits;
  /** Decides about tokens; by default this process. */
  readonly buckets?: TokenBuckets;
  readonly monthly?: MonthlyUsage;
  readonly trustedProxies?: readonly string[];
  readonly corsOrigins?: readonly string[];
  readonly defaultEntity?: string | null;
  readonly maxBodyBytes?: number;
  readonly failedAttempts?: number;
  readonly cacheBytes?: number;
  readonly asOfReads?: AsOfReading;
  readonly deadlineMs?: number;
  readonly trainingSets?: TrainingSets;
  /** By default searches find nothing. */
  readonly vectors?: VectorStore;
  readonly runs?: RunStore;
  readonly meter?: RequestMeter;
  readonly usageReports?: UsageReports;
  readonly auditLog?: AuditLog;
  /** By default none are configured. */
  readonly outsideParts?: readonly OutsidePart[];
}

const refuse = async (): Promise<never> => {
  throw new FeatstoreError("store_unavailable", "There are no training sets here.");
};
const noTrainingSets: TrainingSets = {
  start: refuse,
  rerun: refuse,
  resume: refuse,
  read: refuse,
  cancel: refuse,
  delete: refuse,
  data: refuse,
  sweep: refuse,
  close: async () => undefined,
};

/** Creates the application over the passed stores, and records its log and internal faults. */
export async function createTestApp(options: TestAppOptions) {
  const faults: unknown[] = [];
  const records: Record<string, unknown>[] = [];
  const keyStore = options.keyStore ?? createFakeKeyStore();
  const registry = await createServingRegistry({
    registry: options.registry,
    onlineStore: options.onlineStore,
    pollMs: 1_000_000,
    onFault: (error) => faults.push(error),
  });
  await registry.refresh();
  const secrets = onlySecret("0123456789abcdef0123456789abcdef");
  const authenticator = await createKeyAuthenticator({
    store: keyStore,
    secrets,
    operatorLimits: options.keyLimits ?? operatorLimits,
    tiers: testTiers,
    monotonic: () => performance.now(),
  });
  const metrics = new Registry();
  const reading = {
    registry,
    onlineStore: options.onlineStore,
    clock: options.clock ?? (() => 1_767_225_600_000_000),
    deadlineMs: options.deadlineMs ?? 2000,
    defaultEntity: options.defaultEntity ?? null,
  };
  const quality = options.quality ?? {
    generation: async () => undefined,
    before: async () => undefined,
    baseline: async () => undefined,
    setBaseline: async () => false,
    profileOfScope: async () => null,
    saveDrifts: async () => undefined,
    drifts: async () => [],
    failedViews: async () => [],
    differingViews: async () => [],
  };
  const features = createFeatureReader({
    ...reading,
    maxIds: options.maxIds ?? 1000,
    cacheBytes: options.cacheBytes ?? 1e7,
    ...(options.asOfReads === undefined ? {} : { asOfReads: options.asOfReads }),
  });
  const vectors = options.vectors ?? {
    search: async () => ({ method: "exact", hits: [] }),
    candidates: () => null,
    tables: async () => [],
  };
  const keys = createKeyService(keyStore, secrets, {
    organisationTier: createOrganisationTier(keyStore, testTiers),
    operatorLimits,
  });
  const deps = {
    keyRoutes: { keys, maxAgeDays: 90 },
    features,
    embeddings: createEmbeddingReader({ ...reading, maxIds: options.maxIds ?? 1000 }),
    embeddingSearch: createEmbeddingSearch({ ...reading, vectors, features, maxIds: options.maxIds ?? 1000 }),
    catalog: createCatalog(registry, vectors),
    profiles: createProfileReader(registry, quality, { thresholds: defaultThresholds, features: {} }),
    runs: createRunReader(registry, options.runs ?? { list: async () => [] }),
    health: createHealthService({
      registry,
      failedViews: quality.failedViews,
      differingViews: quality.differingViews,
      holdsAll: () => false,
      outside: createOutsideChecks({ parts: options.outsideParts ?? [] }),
      clock: () => BigInt(reading.clock()),
    }),
    trainingSets: {
      sets: options.trainingSets ?? noTrainingSets,
      spines: { maxBytes: 1_048_576, limits: defaultSpineLimits, parquet: createParquetThread({ memoryMb: 1024 }) },
    },
    ...noDatasets(),
    auditLog: options.auditLog ?? {
      record: async () => undefined,
      page: async () => [],
      async *stream() {},
    },
    usage: {
      meter: { flush: async () => undefined, resetsAt: () => Date.UTC(2026, 1, 1) * 1000 },
      reports: options.usageReports ?? {
        rows: async () => [],
        month: async () => new Map(),
        keyDays: async () => new Map(),
      },
      tierOf: createOrganisationTier(keyStore, testTiers),
      clock: reading.clock,
    },
    exposition: async () => ({ contentType: metrics.contentType, body: await metrics.metrics() }),
    organisations: null,
    pages: createPublicPages({ clock: reading.clock }, false),
    guard: {
      authenticator,
      limiter: createRequestLimiter({
        buckets: options.buckets ?? createProcessBuckets(),
        takingAhead: options.buckets === undefined ? 0 : 1,
        monthly: options.monthly,
        clock: reading.clock,
      }),
      addresses: createClientAddresses(options.trustedProxies ?? []),
      crossOrigin: createCrossOrigin(options.corsOrigins ?? []),
      sessions: null,
      failedAttempts: createFailedAttempts(
        options.failedAttempts ?? 1000,
        createAttemptLimits({ store: null, onFault: () => undefined }),
      ),
      meter: options.meter ?? { count: () => undefined },
      metrics: createRequestMetrics(metrics),
      accessLog: createAccessLog((line) => void records.push(JSON.parse(line) as Record<string, unknown>)),
      onFault: (error: unknown) => void faults.push(error),
    },
    maxBodyBytes: options.maxBodyBytes ?? 1_048_576,
  };
  registerCacheMetrics(metrics, deps.features.cacheReads);
  const app = createApp(deps);
  const answer = app.fetch;
  app.fetch = async (request, ...rest) => {
    const response = await answer(request, ...rest);
    await checkAnswer(response, request.method, new URL(request.url).pathname);
    return response;
  };
  const keyOf = async (tenant: string | null = null, scopes: readonly string[] = SCOPES) =>
    (await keys.create({ name: "test", scopes, tenant })).key;
  return { app, deps, keys, keyOf, registry, faults, records };
}

/** Returns request options with a key and an optional JSON body. */
export function withKey(key: string, body?: unknown): RequestInit {
  const headers: Record<string, string> = { authorization: `Bearer ${key}` };
  if (body === undefined) return { headers };
  return { method: "POST", headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify(body) };
}

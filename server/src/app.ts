import { join } from "node:path";
import type { RouteConfig } from "@hono/zod-openapi";
import { type Context, Hono } from "hono";
import {
  type Catalog,
  listFeatureServices,
  listFeatureServicesContract,
  listFeatureViews,
  listFeatureViewsContract,
  readFeatureService,
  readFeatureServiceContract,
  readFeatureView,
  readFeatureViewContract,
  readFeatureViewVersion,
  readFeatureViewVersionContract,
  readRowSchema,
  readRowSchemaContract,
} from "./catalog/index";
import { assetFolder, FeatstoreError, packageVersion } from "./core/index";
import {
  type EmbeddingReader,
  type EmbeddingSearch,
  readEmbeddings,
  readEmbeddingsBatch,
  readEmbeddingsBatchContract,
  readEmbeddingsContract,
  searchEmbeddings,
  searchEmbeddingsContract,
} from "./embeddings/index";
import {
  type HealthService,
  health,
  healthContract,
  livez,
  livezContract,
  metrics,
  metricsContract,
  readyz,
  readyzContract,
} from "./health/index";
import {
  ApiExchange,
  docs,
  docsContract,
  docsErrors,
  docsErrorsContract,
  docsScalarScript,
  docsScalarScriptContract,
  docsSlash,
  docsSlashContract,
  docsViewerScript,
  docsViewerScriptContract,
  entry,
  entryContract,
  favicon,
  faviconContract,
  type Guarded,
  type GuardedResponse,
  type GuardOptions,
  guard,
  type Handler,
  type NodeIncoming,
  openApiDocument,
  openapi,
  openapiContract,
  type Scope,
  targetOf,
  WebSource,
} from "./http/index";
import { listRuns, listRunsContract, type RunReader } from "./materialization/index";
import {
  type ProfileReader,
  readFeatureViewDrift,
  readFeatureViewDriftContract,
  readFeatureViewProfile,
  readFeatureViewProfileContract,
} from "./quality/index";
import {
  type FeatureReader,
  readFeatures,
  readFeaturesBatch,
  readFeaturesBatchContract,
  readFeaturesContract,
} from "./serving/index";
import {
  cancelTrainingSet,
  cancelTrainingSetContract,
  createTrainingSet,
  createTrainingSetContract,
  deleteTrainingSet,
  deleteTrainingSetContract,
  downloadTrainingSet,
  downloadTrainingSetContract,
  readTrainingSet,
  readTrainingSetContract,
  type SpineReception,
  type TrainingSets,
} from "./training-sets/index";
import type { UsageTracker } from "./usage/index";

/** The dependencies of the HTTP application. */
export interface AppDeps {
  readonly features: FeatureReader;
  readonly embeddings: EmbeddingReader;
  readonly embeddingSearch: EmbeddingSearch;
  readonly catalog: Catalog;
  readonly profiles: ProfileReader;
  readonly runs: RunReader;
  readonly health: HealthService;
  readonly trainingSets: {
    readonly sets: TrainingSets;
    /** Maximum bytes of a spine that is sent as a file. */
    readonly spines: SpineReception;
    /** Called for every training set that is made or downloaded, with the key and the views. */
    readonly onRead?: UsageTracker["record"];
  };
  /** Renders the metrics in the Prometheus format. */
  readonly exposition: () => Promise<{ contentType: string; body: string }>;
  readonly guard: GuardOptions;
  readonly maxBodyBytes: number;
}

interface Route {
  readonly contract: RouteConfig;
  readonly scope: Scope | null;
  readonly readsQuery?: true;
  readonly handler: (deps: AppDeps) => Handler;
}

const singleRead: Route = {
  contract: readFeaturesContract,
  scope: "features:read",
  readsQuery: true,
  handler: (deps) => readFeatures(deps.features),
};

const routes: readonly Route[] = [
  singleRead,
  { contract: readFeaturesBatchContract, scope: "features:read", handler: (deps) => readFeaturesBatch(deps.features) },
  {
    contract: readEmbeddingsContract,
    scope: "embeddings:read",
    readsQuery: true,
    handler: (deps) => readEmbeddings(deps.embeddings),
  },
  {
    contract: readEmbeddingsBatchContract,
    scope: "embeddings:read",
    handler: (deps) => readEmbeddingsBatch(deps.embeddings),
  },
  {
    contract: searchEmbeddingsContract,
    scope: "embeddings:read",
    handler: (deps) => searchEmbeddings(deps.embeddingSearch),
  },
  { contract: listFeatureViewsContract, scope: "registry:read", handler: (deps) => listFeatureViews(deps.catalog) },
  { contract: readFeatureViewContract, scope: "registry:read", handler: (deps) => readFeatureView(deps.catalog) },
  {
    contract: readFeatureViewVersionContract,
    scope: "registry:read",
    handler: (deps) => readFeatureViewVersion(deps.catalog),
  },
  {
    contract: readFeatureViewProfileContract,
    scope: "registry:read",
    readsQuery: true,
    handler: (deps) => readFeatureViewProfile(deps.profiles),
  },
  {
    contract: readFeatureViewDriftContract,
    scope: "registry:read",
    readsQuery: true,
    handler: (deps) => readFeatureViewDrift(deps.profiles),
  },
  {
    contract: listRunsContract,
    scope: "registry:read",
    readsQuery: true,
    handler: (deps) => listRuns(deps.runs),
  },
  { contract: readRowSchemaContract, scope: "registry:read", handler: (deps) => readRowSchema(deps.catalog) },
  {
    contract: listFeatureServicesContract,
    scope: "registry:read",
    handler: (deps) => listFeatureServices(deps.catalog),
  },
  { contract: readFeatureServiceContract, scope: "registry:read", handler: (deps) => readFeatureService(deps.catalog) },
  {
    contract: createTrainingSetContract,
    scope: "training:write",
    readsQuery: true,
    handler: (deps) => createTrainingSet(deps.trainingSets),
  },
  {
    contract: readTrainingSetContract,
    scope: "training:read",
    handler: (deps) => readTrainingSet(deps.trainingSets.sets),
  },
  {
    contract: cancelTrainingSetContract,
    scope: "training:write",
    handler: (deps) => cancelTrainingSet(deps.trainingSets.sets),
  },
  {
    contract: deleteTrainingSetContract,
    scope: "training:write",
    handler: (deps) => deleteTrainingSet(deps.trainingSets.sets),
  },
  {
    contract: downloadTrainingSetContract,
    scope: "training:read",
    handler: (deps) => downloadTrainingSet(deps.trainingSets),
  },
  { contract: livezContract, scope: null, handler: () => livez() },
  { contract: readyzContract, scope: null, handler: (deps) => readyz(deps.health) },
  { contract: healthContract, scope: null, handler: (deps) => health(deps.health) },
  { contract: metricsContract, scope: null, handler: (deps) => metrics(deps.exposition) },
  { contract: openapiContract, scope: null, handler: () => openapi(openApiText) },
  { contract: docsContract, scope: null, handler: () => docs() },
  { contract: docsErrorsContract, scope: null, handler: () => docsErrors() },
  { contract: docsSlashContract, scope: null, handler: () => docsSlash() },
  { contract: docsScalarScriptContract, scope: null, handler: () => docsScalarScript(scalarScriptPath) },
  { contract: docsViewerScriptContract, scope: null, handler: () => docsViewerScript() },
  { contract: entryContract, scope: null, handler: () => entry(packageVersion()) },
  { contract: faviconContract, scope: null, handler: () => favicon() },
];

/** Builds the OpenAPI document of all routes except static files. */
export function openApi() {
  return openApiDocument(routes.map((route) => route.contract).filter(({ hide }) => hide !== true));
}

/** Returns the text of `docs/openapi.json`, which `/openapi.json` serves. */
export function openApiText(): string {
  return `${JSON.stringify(openApi(), null, 2)}\n`;
}

/** Creates the HTTP application. It does not listen: call `app.request("/livez")`, or pass `app.fetch` to a server. */
export function createApp(deps: AppDeps): Hono {
  const app = new Hono();
  const answering = (guarded: Guarded) => (context: Context<{ Bindings: { incoming?: NodeIncoming } }>) => {
    const { raw } = context.req;
    const source = new WebSource(raw, context.env?.incoming, deps.maxBodyBytes);
    const answer = guarded(new ApiExchange(raw.method, targetOf(raw.url), source));
    return answer instanceof Promise ? answer.then(responseOf) : responseOf(answer);
  };
  // A path may hold anything, so log and metrics only record that nothing was found.
  const refusing = (route: string, reason: (context: Context) => unknown) => (context: Context) =>
    answering(
      guard(deps.guard, { route, scope: null, readsQuery: true }, () => {
        throw reason(context);
      }),
    )(context);
  const patterns = routes.map(({ contract }) => ({
    path: contract.path,
    pattern: new RegExp(`^${contract.path.replaceAll(/\{\w+\}/g, "[^/]+")}$`),
    method: contract.method.toUpperCase(),
  }));

  app.on("GET", ["/api/features/", "/api/embeddings/"], refusing("(no id)", noId));
  for (const route of routes) {
    const path = route.contract.path.replaceAll(/\{(\w+)\}/g, ":$1");
    app.on(route.contract.method.toUpperCase(), path, answering(guardOf(deps, route)));
  }
  // Not `app.all` on each path: a second matching handler would make every request pay for composing both.
  const unmatched = (context: Context): FeatstoreError => {
    const { path } = context.req;
    const literal = patterns.filter((route) => route.path === path);
    const matching = literal.length > 0 ? literal : patterns.filter(({ pattern }) => pattern.test(path));
    const methods = matching.map(({ method }) => method);
    return methods.length === 0 ? pathNotFound() : wrongMethod(context, methods);
  };
  app.notFound(refusing("(none)", unmatched));
  app.onError((error, context) => refusing("(fault)", () => error)(context));
  return app;
}

/** Creates the handler of `GET /api/features/{id}` for callers that bypass the router. */
export function createSingleRead(deps: AppDeps): Guarded {
  return guardOf(deps, singleRead);
}

function guardOf(deps: AppDeps, { contract, scope, readsQuery, handler }: Route): Guarded {
  const operation = { route: contract.path, scope, readsQuery: readsQuery ?? scope === null };
  return guard(deps.guard, operation, handler(deps));
}

function responseOf({ status, headers, body }: GuardedResponse): Response {
  return new Response(body, { status, headers });
}

function scalarScriptPath(): string {
  return join(assetFolder("api-reference"), "standalone.js");
}

function noId(): FeatstoreError {
  return new FeatstoreError(
    "id_empty",
    "The path ends before the id. Read an entity whose key is the empty string in a batch.",
    {
      errors: [{ path: "id", detail: "it is empty" }],
    },
  );
}

function wrongMethod(context: Context, methods: readonly string[]): FeatstoreError {
  const allow = [...new Set(methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method])))].join(", ");
  return new FeatstoreError(
    "method_not_allowed",
    `Method ${context.req.method.slice(0, 20)} is not allowed: this path accepts ${allow}.`,
    {
      headers: { allow },
    },
  );
}

function pathNotFound(): FeatstoreError {
  return new FeatstoreError("path_not_found", "Not found: /docs lists the paths of the API.");
}

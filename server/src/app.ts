import { type Context, Hono } from "hono";
import { type AuditLogServices, auditLogRoutes } from "./audit-log/routes";
import { type CatalogServices, catalogRoutes } from "./catalog/routes";
import { FeatstoreError } from "./core/index";
import { type DatasetRouteServices, datasetRoutes } from "./datasets/routes";
import { type EmbeddingServices, embeddingRoutes } from "./embeddings/routes";
import { type HealthServices, healthRoutes } from "./health/routes";
import {
  type ApiRequest,
  answerPreflight,
  answerWeb,
  type Guarded,
  type GuardOptions,
  guard,
  isPreflight,
  openApiDocument,
  prefersPage,
  type Route,
} from "./http/index";
import { docsRoutes } from "./http/routes";
import { type KeyServices, keyRoutes } from "./keys/routes";
import { type RunServices, runRoutes } from "./materialization/routes";
import { type OrganisationServices, organisationRoutes } from "./organisations/routes";
import { type PortalPages, type PublicPages, portalRoutes, publicRoutes } from "./portal/routes";
import { type QualityServices, qualityRoutes } from "./quality/routes";
import { type FeatureServices, featureRoutes, singleReadRoute } from "./serving/routes";
import { type TrainingSetServices, trainingSetRoutes } from "./training-sets/routes";
import { type UsageServices, usageRoutes } from "./usage/routes";

/** The dependencies of the HTTP application: the services of every module with routes. */
export interface AppDeps
  extends FeatureServices,
    EmbeddingServices,
    CatalogServices,
    QualityServices,
    RunServices,
    TrainingSetServices,
    DatasetRouteServices,
    UsageServices,
    AuditLogServices,
    KeyServices,
    OrganisationServices,
    HealthServices {
  readonly guard: GuardOptions;
  readonly maxBodyBytes: number;
  /** The pages that are open to everyone. */
  readonly pages: PublicPages;
  /** The pages for people who sign in; undefined if `auth` is off. */
  readonly portal?: PortalPages | undefined;
}

/** The routes of every installation. */
export const apiRoutes: readonly Route<AppDeps>[] = [
  ...featureRoutes,
  ...embeddingRoutes,
  ...catalogRoutes,
  ...qualityRoutes,
  ...runRoutes,
  ...trainingSetRoutes,
  ...datasetRoutes,
  ...usageRoutes,
  ...auditLogRoutes,
  ...keyRoutes,
  ...organisationRoutes,
  ...healthRoutes,
  ...docsRoutes(openApiText),
  ...publicRoutes,
];

/** Method and path of each operation. */
const endpoints = new Map(
  apiRoutes.map(({ contract }) => [contract.operationId ?? "", `${contract.method.toUpperCase()} ${contract.path}`]),
);

/** Builds the OpenAPI document of all routes except static files. */
export function openApi() {
  return openApiDocument(apiRoutes.map((route) => route.contract).filter(({ hide }) => hide !== true));
}

/** Returns the text of `docs/openapi.json`, which `/openapi.json` serves. */
export function openApiText(): string {
  return `${JSON.stringify(openApi(), null, 2)}\n`;
}

/** The routes of an installation: those of the pages for people only if it has them. */
function routesOf({ portal }: AppDeps): readonly Route<AppDeps>[] {
  if (portal === undefined) return apiRoutes;
  const pages = { ...portal, endpoints };
  return [...apiRoutes, ...portalRoutes.map((route) => ({ ...route, handler: () => route.handler(pages) }))];
}

/** Creates the HTTP application. It does not listen: call `app.request("/livez")`, or pass `app.fetch` to a server. */
export function createApp(deps: AppDeps): Hono {
  const app = new Hono();
  const answering = (guarded: Guarded) => (context: Context) =>
    answerWeb(guarded, context.req.raw, context.env?.incoming, deps.maxBodyBytes);
  // A path may hold anything, so log and metrics only record what kind of request it was.
  const unlisted = (route: string) => ({ name: route, route, scope: null, sessions: false, readsQuery: true });
  const refusing = (route: string, reason: (context: Context) => unknown) => (context: Context) =>
    answering(
      guard(deps.guard, unlisted(route), () => {
        throw reason(context);
      }),
    )(context);
  const mounted = routesOf(deps);
  const patterns = mounted.map(({ contract }) => ({
    path: contract.path,
    pattern: new RegExp(`^${contract.path.replaceAll(/\{\w+\}/g, "[^/]+")}$`),
    method: contract.method.toUpperCase(),
  }));

  app.on("GET", ["/api/features/", "/api/embeddings/"], refusing("(no id)", noId));
  for (const route of mounted) {
    const path = route.contract.path.replaceAll(/\{(\w+)\}/g, ":$1");
    app.on(route.contract.method.toUpperCase(), path, answering(guardOf(deps, route)));
  }
  // Not `app.all` on each path: a second matching handler would make every request pay for composing both.
  const unmatched = (context: Context): FeatstoreError => {
    const { path } = context.req;
    const literal = patterns.filter((route) => route.path === path);
    const matching = literal.length > 0 ? literal : patterns.filter(({ pattern }) => pattern.test(path));
    const methods = matching.map(({ method }) => method);
    return methods.length === 0 ? pathNotFound(path) : wrongMethod(context, methods);
  };
  const preflight = guard(deps.guard, unlisted("(preflight)"), (request) =>
    answerPreflight(deps.guard.crossOrigin ?? null, request),
  );
  app.options("*", (context: Context) =>
    isPreflight(context.req) ? answering(preflight)(context) : refusing("(none)", unmatched)(context),
  );
  app.notFound((context: Context) =>
    answering(
      guard(deps.guard, unlisted("(none)"), (request) => {
        const error = unmatched(context);
        if (error.code === "path_not_found" && wantsPage(request)) return deps.pages.notFound(request);
        throw error;
      }),
    )(context),
  );
  app.onError((error, context) => refusing("(fault)", () => error)(context));
  return app;
}

/** Creates the handler of `GET /api/features/{id}` for callers that bypass the router. */
export function createSingleRead(deps: AppDeps): Guarded {
  return guardOf(deps, singleReadRoute);
}

function guardOf(
  deps: AppDeps,
  { contract, scope, sessions, anonymous, beyondQuota, downloads, handler }: Route<AppDeps>,
): Guarded {
  const operation = {
    name: contract.operationId ?? contract.path,
    route: contract.path,
    scope,
    sessions: sessions === true,
    anonymous: anonymous === true,
    readsQuery: contract.request?.query !== undefined || scope === null,
    beyondQuota: beyondQuota ?? false,
    downloads: downloads ?? false,
  };
  return guard(deps.guard, operation, handler(deps));
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

/** Programs get problem documents from all paths of the API, whatever they accept. */
const isOfApi = (path: string): boolean => path === "/api" || path.startsWith("/api/");

/** Returns whether a browser opens an address. */
function wantsPage(request: ApiRequest): boolean {
  const { method, path } = request;
  return (method === "GET" || method === "HEAD") && !isOfApi(path) && prefersPage(request.header("accept"));
}

function pathNotFound(path: string): FeatstoreError {
  return new FeatstoreError("path_not_found", "Not found: /docs lists the paths of the API.", {
    headers: isOfApi(path) ? {} : { vary: "accept" },
  });
}

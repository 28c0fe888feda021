// ../../tmp/bench/ours.ts
import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { Hono as Hono2 } from "hono";
import { writeFileSync } from "node:fs";

// server/src/app.ts
import { Hono } from "hono";

// server/src/errors.ts
var errorTable = {
  invalid_request: { status: 400, title: "The request is not valid HTTP for this server" },
  unknown_parameter: { status: 400, title: "Unknown query parameter" },
  invalid_parameter: { status: 400, title: "Invalid query parameter" },
  invalid_selection: { status: 400, title: "The selection of features cannot be read" },
  selection_conflict: { status: 400, title: "Features and a service were both given" },
  mixed_entities: { status: 400, title: "The selection spans several entities" },
  entity_required: { status: 400, title: "The request does not say which entity it means" },
  vector_not_named: { status: 400, title: "Vectors are only given when named" },
  id_empty: { status: 400, title: "An entity id is empty" },
  id_too_long: { status: 400, title: "An entity id is too long" },
  id_not_exact: { status: 400, title: "An entity id is not an exact integer" },
  id_invalid: { status: 400, title: "An entity id has the wrong form" },
  body_required: { status: 400, title: "A request body is required" },
  invalid_json: { status: 400, title: "The request body is not JSON" },
  invalid_body: { status: 400, title: "The request body has the wrong shape" },
  ids_empty: { status: 400, title: "No ids were given" },
  too_many_ids: { status: 400, title: "Too many ids in one request" },
  key_required: { status: 401, title: "An API key is required" },
  key_malformed: { status: 401, title: "The API key is malformed" },
  key_unknown: { status: 401, title: "The API key is not known" },
  key_revoked: { status: 401, title: "The API key was revoked" },
  scope_required: { status: 403, title: "The API key lacks a scope" },
  tenant_required: { status: 403, title: "An API key bound to a tenant is required" },
  path_not_found: { status: 404, title: "There is nothing at this path" },
  entity_not_found: { status: 404, title: "Unknown entity" },
  feature_view_not_found: { status: 404, title: "Unknown feature view" },
  feature_view_version_not_found: { status: 404, title: "Unknown version of a feature view" },
  feature_not_found: { status: 404, title: "Unknown feature" },
  feature_service_not_found: { status: 404, title: "Unknown feature service" },
  feature_service_version_not_found: { status: 404, title: "Unknown version of a feature service" },
  embedding_not_found: { status: 404, title: "Unknown embedding" },
  method_not_allowed: { status: 405, title: "The method is not allowed at this path" },
  feature_view_retired: { status: 410, title: "The version of the feature view is retired" },
  body_too_large: { status: 413, title: "The request body is too large" },
  unsupported_media_type: { status: 415, title: "The request body must be JSON" },
  rate_limited: { status: 429, title: "Too many requests with this API key" },
  too_many_failed_attempts: { status: 429, title: "Too many failed attempts to authenticate" },
  internal: { status: 500, title: "Internal error" },
  starting: { status: 503, title: "The server is starting" },
  view_not_materialized: { status: 503, title: "The feature view is not materialized yet" },
  store_unavailable: { status: 503, title: "The store is unavailable" },
  store_timeout: { status: 503, title: "The store did not answer in time" },
  overloaded: { status: 503, title: "The server is overloaded" },
  config_invalid: { status: 0, title: "The configuration is not valid" },
  key_secret_required: { status: 0, title: "The secret for API keys is not configured" },
  key_not_found: { status: 0, title: "There is no API key with this id" },
  port_in_use: { status: 0, title: "The port is in use" },
  address_unavailable: { status: 0, title: "The server cannot listen on this address" },
  data_folder_unusable: { status: 0, title: "The data folder cannot be used" },
  data_folder_held: { status: 0, title: "The data folder is held by another process" },
  sample_table_exists: { status: 0, title: "A table of the sample's name exists and is not sample data" },
  sample_table_in_use: { status: 0, title: "Something depends on the sample's tables" },
  sample_unreadable: { status: 0, title: "The sample's files cannot be read" }
};
var FeatstoreError = class extends Error {
  constructor(code, detail, extra = {}) {
    super(detail, extra.cause === void 0 ? void 0 : { cause: extra.cause });
    this.code = code;
    this.detail = detail;
    this.name = "FeatstoreError";
    this.errors = extra.errors ?? [];
    this.headers = extra.headers ?? {};
  }
  errors;
  headers;
  get status() {
    return errorTable[this.code].status;
  }
};
var httpErrorCodes = Object.keys(errorTable).filter(
  (code) => errorTable[code].status !== 0
);
var INTERNAL_DETAIL = "Something went wrong on our side. The request id leads to its record in the server's log.";
function problemOf(error, requestId) {
  const known = error instanceof FeatstoreError && error.status !== 0 && error.code !== "internal" ? error : void 0;
  const code = known?.code ?? "internal";
  const { status, title } = errorTable[code];
  return {
    type: `/docs#${code}`,
    title,
    status,
    code,
    detail: known?.detail ?? INTERNAL_DETAIL,
    request_id: requestId,
    ...known && known.errors.length > 0 ? { errors: known.errors } : {}
  };
}

// server/src/services/query-text.ts
function parseQuery(query, known) {
  const given = {};
  const unknown = [];
  const invalid = [];
  for (const pair of query.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const rawName = equals === -1 ? pair : pair.slice(0, equals);
    const name = decode(rawName);
    const value = decode(equals === -1 ? "" : pair.slice(equals + 1));
    const key = known.find((candidate) => candidate === name);
    if (key === void 0) {
      unknown.push({ place: `query.${rawName.slice(0, 60)}`, detail: "there is no such parameter" });
    } else if (value === void 0) {
      invalid.push({ place: `query.${key}`, detail: "a percent sign encodes nothing" });
    } else if (value === "") {
      invalid.push({ place: `query.${key}`, detail: "it is empty" });
    } else if (given[key] !== void 0) {
      invalid.push({ place: `query.${key}`, detail: "it is given twice" });
    } else {
      given[key] = value;
    }
  }
  if (unknown.length > 0) {
    const names = unknown.map((fault) => `"${fault.place.slice("query.".length)}"`).slice(0, 5).join(", ");
    throw new FeatstoreError(
      "unknown_parameter",
      `Unknown: ${names}. ${known.length === 0 ? "There are no parameters here." : `Known: ${known.join(", ")}.`}`,
      { errors: unknown.slice(0, 20) }
    );
  }
  const [first] = invalid;
  if (first !== void 0) {
    throw new FeatstoreError("invalid_parameter", `${first.place}: ${first.detail}.`, { errors: invalid.slice(0, 20) });
  }
  return given;
}
function decode(text) {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return void 0;
  }
}

// server/src/middleware/authenticate.ts
var CHALLENGE = { "www-authenticate": 'Bearer realm="featstore"' };
function keyTextOf(authorization, apiKey) {
  if (authorization === void 0) {
    if (apiKey === void 0 || apiKey === "") {
      throw new FeatstoreError("key_required", 'Send an API key: "Authorization: Bearer <key>" or "X-API-Key: <key>".', {
        headers: CHALLENGE
      });
    }
    return apiKey;
  }
  if (!/^bearer /i.test(authorization)) {
    throw new FeatstoreError("key_malformed", 'The Authorization header must read "Bearer <key>".', { headers: CHALLENGE });
  }
  const bearer = authorization.slice("bearer ".length).trim();
  if (apiKey !== void 0 && apiKey !== bearer) {
    throw new FeatstoreError("key_malformed", "Authorization and X-API-Key hold different keys: send one.", {
      headers: CHALLENGE
    });
  }
  return bearer;
}
function authenticate(authenticator, authorization, apiKey, mayLookUp) {
  const text = keyTextOf(authorization, apiKey);
  let holder;
  try {
    holder = authenticator.authenticate(text, mayLookUp);
  } catch (error) {
    throw challenged(error);
  }
  if (!(holder instanceof Promise)) return holder;
  return holder.catch((error) => {
    throw challenged(error);
  });
}
function challenged(error) {
  if (!(error instanceof FeatstoreError) || error.status !== 401) return error;
  return new FeatstoreError(error.code, error.detail, { errors: error.errors, headers: { ...error.headers, ...CHALLENGE } });
}

// server/src/middleware/problem-reply.ts
function problemReply(error, requestId, onInternal) {
  const problem = problemOf(error, requestId);
  if (problem.code === "internal") onInternal(error);
  return {
    status: problem.status,
    contentType: "application/problem+json",
    body: JSON.stringify(problem),
    code: problem.code,
    ...error instanceof FeatstoreError ? { headers: error.headers } : {}
  };
}

// server/src/middleware/read-body.ts
async function readBody(request, contentLength, mostBytes) {
  if (contentLength !== void 0) {
    if (Number(contentLength) > mostBytes) throw tooLarge(mostBytes);
    return request.text().catch(cutOff);
  }
  if (request.body === null) return "";
  const chunks = [];
  let bytes = 0;
  const reader = request.body.getReader();
  for (; ; ) {
    const { done, value } = await reader.read().catch(cutOff);
    if (done) break;
    bytes += value.byteLength;
    if (bytes > mostBytes) {
      reader.cancel().catch(() => void 0);
      throw tooLarge(mostBytes);
    }
    chunks.push(value);
  }
  return Buffer.concat(chunks).toString("utf8");
}
function tooLarge(mostBytes) {
  return new FeatstoreError("body_too_large", `A body has at most ${mostBytes} bytes: send fewer ids at once.`);
}
function cutOff(cause) {
  throw new FeatstoreError("invalid_request", "The body ended before it was whole.", { cause });
}

// server/src/middleware/request-id.ts
import { randomUUID } from "node:crypto";
var ACCEPTED = /^[A-Za-z0-9._-]{1,64}$/;
function requestIdOf(given) {
  return given !== void 0 && ACCEPTED.test(given) ? given : randomUUID();
}

// server/src/middleware/guard.ts
function guard(options, operation, handler) {
  const { authenticator, burstLimiter, failedAttempts, metrics: metrics2, accessLog, onInternal, mostBodyBytes } = options;
  const { route, scope, readsQuery } = operation;
  return (context) => {
    const started = performance.now();
    const raw = context.req.raw;
    const incoming = context.env?.incoming;
    const header = (name) => {
      if (incoming === void 0) return raw.headers.get(name) ?? void 0;
      const value = incoming.headers[name];
      return typeof value === "string" ? value : value?.[0];
    };
    const requestId = requestIdOf(header("x-request-id"));
    const finish = (reply, holder, limits) => {
      const isText = typeof reply === "string";
      const status = isText ? 200 : reply.status;
      const milliseconds = performance.now() - started;
      metrics2.observe(route, raw.method, status, milliseconds / 1e3);
      accessLog({
        requestId,
        method: raw.method,
        route,
        status,
        milliseconds,
        keyId: holder?.keyId,
        code: isText ? void 0 : reply.code
      });
      const headers = {
        "content-type": isText ? "application/json" : reply.contentType,
        "x-request-id": requestId
      };
      if (limits !== null) {
        headers["ratelimit-policy"] = limits["ratelimit-policy"];
        headers.ratelimit = limits.ratelimit;
      }
      if (!isText && reply.headers !== void 0) Object.assign(headers, reply.headers);
      return new Response(isText ? reply : reply.body, { status, headers });
    };
    const refuse = (error, holder, limits) => finish(
      problemReply(error, requestId, (fault) => onInternal(fault, requestId)),
      holder,
      limits
    );
    const handle = (holder, limits) => {
      try {
        const reply = handler(requestOf(raw, requestId, holder, header, mostBodyBytes, readsQuery));
        if (!(reply instanceof Promise)) return finish(reply, holder, limits);
        return reply.then(
          (done) => finish(done, holder, limits),
          (error) => refuse(error, holder, limits)
        );
      } catch (error) {
        return refuse(error, holder, limits);
      }
    };
    if (scope === null) return handle(null, null);
    const admit = (holder) => burstLimiter.take(holder.keyId).then(
      (limits) => holder.scopes.has(scope) ? handle(holder, limits) : refuse(lacks(scope, holder), holder, limits),
      (error) => refuse(error, holder, null)
    );
    const address = incoming?.socket?.remoteAddress ?? "";
    const turnAway = (error) => {
      if (error instanceof FeatstoreError && error.code === "key_unknown") failedAttempts.count(address);
      return refuse(error, null, null);
    };
    try {
      const holder = authenticate(
        authenticator,
        header("authorization"),
        header("x-api-key"),
        () => failedAttempts.check(address)
      );
      return holder instanceof Promise ? holder.then(admit, turnAway) : admit(holder);
    } catch (error) {
      return turnAway(error);
    }
  };
}
function lacks(scope, holder) {
  return new FeatstoreError("scope_required", `This key lacks the scope "${scope}"; it has ${[...holder.scopes].join(", ")}.`);
}
function requestOf(raw, requestId, principal, header, mostBodyBytes, readsQuery) {
  const { url } = raw;
  const pathStart = url.indexOf("/", url.indexOf("//") + 2);
  const hash2 = url.indexOf("#", pathStart);
  const end = hash2 === -1 ? url.length : hash2;
  const mark = url.indexOf("?", pathStart);
  const pathEnd = mark === -1 || mark > end ? end : mark;
  const query = pathEnd === end ? "" : url.slice(pathEnd + 1, end);
  if (!readsQuery && query !== "") parseQuery(query, []);
  return {
    method: raw.method,
    path: url.slice(pathStart, pathEnd),
    query,
    requestId,
    principal,
    header,
    body: () => readBody(raw, header("content-length"), mostBodyBytes)
  };
}

// server/src/openapi.ts
import { OpenAPIHono } from "@hono/zod-openapi";
var INFO = {
  title: "Featstore",
  version: "0.1.0",
  description: 'Reads features, embeddings and their definitions. Every request under /api carries an API key, as "Authorization: Bearer <key>" or "X-API-Key: <key>". Every response carries X-Request-Id; a keyed one carries RateLimit and RateLimit-Policy. Errors are problem documents (RFC 9457) with a stable code.'
};
function openApiDocument(contracts) {
  const app2 = new OpenAPIHono();
  for (const contract of contracts) app2.openAPIRegistry.registerPath(contract);
  app2.openAPIRegistry.registerComponent("securitySchemes", "bearer", { type: "http", scheme: "bearer" });
  app2.openAPIRegistry.registerComponent("securitySchemes", "apiKey", { type: "apiKey", in: "header", name: "X-API-Key" });
  return app2.getOpenAPI31Document({ openapi: "3.1.0", info: INFO, tags: [...TAGS] });
}
var TAGS = [
  { name: "features", description: "Read features online" },
  { name: "embeddings", description: "Read embeddings" },
  { name: "registry", description: "What is defined and served" },
  { name: "operations", description: "For those who run the server" }
];

// server/src/routes/docs.ts
import { createRoute, z as z2 } from "@hono/zod-openapi";
import { html } from "hono/html";

// server/src/routes/schemas.ts
import { z } from "@hono/zod-openapi";
var codes = httpErrorCodes;
var Problem = z.object({
  type: z.string().describe("Where the code is documented, relative to the server"),
  title: z.string(),
  status: z.int(),
  code: z.enum(codes).describe("Stable: decide by this, never by the texts"),
  detail: z.string().describe("What was wrong, where, and what to do"),
  instance: z.string().optional(),
  request_id: z.string(),
  errors: z.array(z.object({ place: z.string(), detail: z.string() })).optional()
}).openapi("Problem");
var ViewStatus = z.enum(["complete", "missing", "unknown_entity", "expired", "timeout"]).describe(
  "complete: a row is there. missing: the entity is known, the view has no facts about it. unknown_entity: no requested view knows the id. expired: the row is older than the view's time to live"
).openapi("ViewStatus");
var RowStatus = z.enum(["complete", "partial", "missing", "unknown_entity", "expired", "timeout"]).describe("The status that all views agree on, else partial").openapi("RowStatus");
var FeatureValue = z.unknown().describe(
  "The value in JSON: int64 and decimal as strings, timestamps as 2026-01-01T00:00:00.123456Z, vectors as arrays of numbers; null is a value"
).openapi("FeatureValue");
var EntityKeyValue = z.union([z.string(), z.int()]).openapi("EntityKeyValue");
var EntityId = z.union([z.string(), z.int(), z.record(z.string(), EntityKeyValue)]).describe("A single key as string or integer; a composite key as an object by key name").openapi("EntityId");
var RowMetadata = z.object({
  version: z.int(),
  generation: z.int(),
  as_of: z.string().describe("The time as of which the generation's values are"),
  event_time: z.string().nullable().describe("The time of the newest fact in the row")
}).openapi("RowMetadata");
var FeaturesAnswer = z.object({
  features: z.record(z.string(), z.record(z.string(), FeatureValue)).describe("By view, then by feature"),
  status: RowStatus,
  views: z.record(z.string(), ViewStatus),
  metadata: z.record(z.string(), RowMetadata).optional().describe("By view; only with metadata=true")
}).catchall(EntityKeyValue).describe('The entity\'s keys stand first, under their own names: `"track_id": 7`').openapi("FeaturesAnswer");
var BatchRequest = z.object({
  entity: z.string().optional().describe("The entity; by default that of the views, then the server's default"),
  ids: z.array(EntityId).min(1).describe("1 to 1,000 ids (the server may be configured otherwise); repeats are kept"),
  features: z.array(z.string()).optional().describe("`view`, `view.feature`, `view@2`, `view@2.feature`"),
  service: z.string().optional().describe("A feature service, `name` or `name@2`; excludes `features`")
}).strict().openapi("BatchRequest");
var BatchAnswer = z.object({
  ids: z.array(EntityId).describe("As they were sent"),
  columns: z.array(z.string()).describe("`view.feature` of each value in a row"),
  rows: z.array(z.array(FeatureValue)).describe("One row per id, in the order of the ids"),
  status: z.array(RowStatus),
  views: z.array(z.string()).describe("The views, in the order of `statuses`"),
  statuses: z.array(z.array(ViewStatus)).optional().describe("Per row and view; only when some row is not complete")
}).openapi("BatchAnswer");
var Embedding = z.object({
  space: z.string().describe("Vectors are comparable within one space only"),
  dimensions: z.int(),
  metric: z.enum(["cosine", "l2", "inner_product"]),
  status: ViewStatus,
  vector: z.array(z.number()).nullable()
}).openapi("Embedding");
var EmbeddingsAnswer = z.object({ embeddings: z.record(z.string(), Embedding).describe("By `view.feature`"), status: RowStatus }).catchall(EntityKeyValue).openapi("EmbeddingsAnswer");
var FeatureDocument = z.object({
  name: z.string(),
  type: z.string(),
  nullable: z.boolean(),
  description: z.string().nullable(),
  unit: z.string().nullable(),
  minimum: z.number().nullable(),
  maximum: z.number().nullable(),
  allowed_values: z.array(z.union([z.string(), z.number()])).nullable(),
  maximum_null_fraction: z.number().nullable(),
  tags: z.array(z.string()),
  embedding: z.object({ space: z.string(), metric: z.string(), dimensions: z.int() }).nullable()
}).openapi("FeatureDocument");
var GenerationDocument = z.object({ generation: z.int(), as_of: z.string(), published_at: z.string(), rows: z.int() }).openapi("GenerationDocument");
var FeatureViewSummary = z.object({
  name: z.string(),
  version: z.int(),
  promoted: z.boolean(),
  state: z.enum(["active", "retired"]),
  entity: z.string(),
  scope: z.enum(["tenant", "shared"]),
  description: z.string().nullable(),
  owner: z.string().nullable(),
  tags: z.array(z.string()),
  ttl_seconds: z.number().nullable(),
  features: z.array(z.string()).describe("Names, sorted"),
  served: GenerationDocument.nullable().describe("null until it is materialized for the first time")
}).openapi("FeatureViewSummary");
var FeatureViewVersion = FeatureViewSummary.omit({ features: true }).extend({
  features: z.array(FeatureDocument),
  key: z.array(z.object({ name: z.string(), type: z.string() })),
  source: z.string(),
  meaning_hash: z.string(),
  document_hash: z.string(),
  applied_at: z.string(),
  sql: z.string().describe("The SQL that materializes it"),
  definition: z.record(z.string(), z.unknown()).describe("The definition's intermediate representation")
}).openapi("FeatureViewVersion");
var FeatureView = z.object({ name: z.string(), promoted: z.int(), versions: z.array(FeatureViewSummary) }).openapi("FeatureView");
var FeatureViewList = z.object({ feature_views: z.array(FeatureViewSummary) }).openapi("FeatureViewList");
var FeatureServiceDocument = z.object({
  name: z.string(),
  version: z.int(),
  promoted: z.boolean(),
  entity: z.string(),
  features: z.array(z.string()).describe("`view@version.feature` in the model's input order"),
  description: z.string().nullable(),
  owner: z.string().nullable(),
  tags: z.array(z.string()),
  applied_at: z.string()
}).openapi("FeatureService");
var FeatureServiceList = z.object({ feature_services: z.array(FeatureServiceDocument) }).openapi("FeatureServiceList");
var Health = z.object({
  status: z.enum(["ok", "degraded", "unavailable"]),
  registry_revision: z.int().nullable(),
  checks: z.record(z.string(), z.object({ ok: z.boolean(), detail: z.string() }))
}).openapi("Health");
var byStatus = /* @__PURE__ */ new Map();
for (const code of httpErrorCodes) {
  const { status } = errorTable[code];
  byStatus.set(status, [...byStatus.get(status) ?? [], code]);
}
function problems(...statuses) {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: `One of: ${(byStatus.get(status) ?? []).join(", ")}`,
        content: { "application/problem+json": { schema: Problem } }
      }
    ])
  );
}
function json(schema, description) {
  return { description, content: { "application/json": { schema } } };
}
var keyed = [{ bearer: [] }, { apiKey: [] }];

// server/src/routes/docs.ts
var docsContract = createRoute({
  method: "get",
  path: "/docs",
  operationId: "docs",
  tags: ["operations"],
  summary: "Show this document as a page",
  responses: {
    200: { description: "A page that needs nothing from elsewhere", content: { "text/html": { schema: z2.string() } } },
    ...problems(400)
  }
});
var Operation = z2.object({
  operationId: z2.string(),
  summary: z2.string(),
  description: z2.string().optional(),
  security: z2.array(z2.unknown()).optional(),
  parameters: z2.array(
    z2.object({
      name: z2.string(),
      in: z2.string(),
      required: z2.boolean().optional(),
      description: z2.string().optional(),
      schema: z2.object({ description: z2.string().optional() }).loose().optional()
    })
  ).optional(),
  responses: z2.record(z2.string(), z2.object({ description: z2.string() }))
});
var STYLE = "body{font:16px/1.5 system-ui,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}code{font:.9em ui-monospace,monospace;background:#f3f4f6;padding:.1em .3em;border-radius:3px}h2{margin-top:2.5rem;border-top:1px solid #d0d7de;padding-top:1rem}table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #d8dee4}a{color:#0550ae}";
function operationSection(method, path, operation) {
  return html`<section id="${operation.operationId}" aria-labelledby="${operation.operationId}-title">
    <h2 id="${operation.operationId}-title"><code>${method.toUpperCase()} ${path}</code></h2>
    <p>${operation.summary}. ${operation.description ?? ""} ${operation.security ? "" : "Needs no key."}</p>
    ${operation.parameters ? html`<table><thead><tr><th scope="col">Parameter</th><th scope="col">In</th><th scope="col">Meaning</th></tr></thead><tbody>
      ${operation.parameters.map(
    (parameter) => html`<tr><td><code>${parameter.name}</code>${parameter.required ? " (required)" : ""}</td><td>${parameter.in}</td><td>${parameter.description ?? parameter.schema?.description ?? ""}</td></tr>`
  )}</tbody></table>` : ""}
    <table><thead><tr><th scope="col">Status</th><th scope="col">Answer</th></tr></thead><tbody>
      ${Object.entries(operation.responses).map(
    ([status, response]) => html`<tr><td>${status}</td><td>${response.description}</td></tr>`
  )}</tbody></table></section>`;
}
function errorRow(code) {
  const { status, title } = errorTable[code];
  return html`<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${title}</td></tr>`;
}
function page(document) {
  const sections = Object.entries(document.paths ?? {}).flatMap(
    ([path, item]) => Object.entries(item).flatMap(([method, operation]) => {
      const parsed = Operation.safeParse(operation);
      return parsed.success ? [operationSection(method, path, parsed.data)] : [];
    })
  );
  return `<!doctype html>${html`<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
    <title>${document.info.title} API</title><style>${STYLE}</style></head><body><main>
    <h1>${document.info.title} API ${document.info.version}</h1>
    <p>${document.info.description ?? ""}</p>
    <p>The machine-readable form is <a href="/openapi.json">/openapi.json</a>.</p>
    ${sections}
    <section id="errors" aria-labelledby="errors-title"><h2 id="errors-title">Error codes</h2>
    <p>Errors are problem documents (RFC 9457), <code>application/problem+json</code>, with one of these codes.</p>
    <table><thead><tr><th scope="col">Code</th><th scope="col">Status</th><th scope="col">Title</th></tr></thead><tbody>
    ${httpErrorCodes.map(errorRow)}</tbody></table></section>
    </main></body></html>`}`;
}
function docs(document) {
  let rendered;
  return () => {
    rendered ??= page(document());
    return { status: 200, contentType: "text/html; charset=utf-8", body: rendered };
  };
}

// server/src/routes/health.ts
import { createRoute as createRoute2 } from "@hono/zod-openapi";
var healthContract = createRoute2({
  method: "get",
  path: "/health",
  operationId: "health",
  tags: ["operations"],
  summary: "Report each part's health",
  description: "Always 200; `status` says ok, degraded or unavailable.",
  responses: { 200: json(Health, "The report"), ...problems(400) }
});
function health(service) {
  return async () => JSON.stringify(await service.report());
}

// server/src/routes/list-feature-services.ts
import { createRoute as createRoute3 } from "@hono/zod-openapi";
var listFeatureServicesContract = createRoute3({
  method: "get",
  path: "/api/feature-services",
  operationId: "listFeatureServices",
  tags: ["registry"],
  summary: "List every version of every feature service",
  description: "Needs scope `registry:read`.",
  security: keyed,
  responses: {
    200: json(FeatureServiceList, "The services, by name, newest version first"),
    ...problems(400, 401, 403, 429, 500, 503)
  }
});
function listFeatureServices(catalog) {
  return () => JSON.stringify({ feature_services: catalog.featureServices() });
}

// server/src/routes/list-feature-views.ts
import { createRoute as createRoute4 } from "@hono/zod-openapi";
var listFeatureViewsContract = createRoute4({
  method: "get",
  path: "/api/feature-views",
  operationId: "listFeatureViews",
  tags: ["registry"],
  summary: "List the promoted version of every feature view",
  description: "Needs scope `registry:read`.",
  security: keyed,
  responses: { 200: json(FeatureViewList, "The feature views, by name"), ...problems(400, 401, 403, 429, 500, 503) }
});
function listFeatureViews(catalog) {
  return () => JSON.stringify({ feature_views: catalog.featureViews() });
}

// server/src/routes/livez.ts
import { createRoute as createRoute5, z as z3 } from "@hono/zod-openapi";
var livezContract = createRoute5({
  method: "get",
  path: "/livez",
  operationId: "livez",
  tags: ["operations"],
  summary: "Tell that the process runs",
  responses: { 200: json(z3.object({ status: z3.literal("ok") }), "It runs"), ...problems(400) }
});
function livez() {
  return () => '{"status":"ok"}';
}

// server/src/routes/metrics.ts
import { createRoute as createRoute6, z as z4 } from "@hono/zod-openapi";
var metricsContract = createRoute6({
  method: "get",
  path: "/metrics",
  operationId: "metrics",
  tags: ["operations"],
  summary: "Give the metrics in Prometheus' text format",
  responses: {
    200: { description: "The metrics", content: { "text/plain": { schema: z4.string() } } },
    ...problems(400, 500)
  }
});
function metrics(exposition) {
  return async () => ({ status: 200, ...await exposition() });
}

// server/src/routes/openapi.ts
import { createRoute as createRoute7, z as z5 } from "@hono/zod-openapi";
var openapiContract = createRoute7({
  method: "get",
  path: "/openapi.json",
  operationId: "openapi",
  tags: ["operations"],
  summary: "Give this document",
  responses: { 200: json(z5.record(z5.string(), z5.unknown()), "An OpenAPI 3.1 document"), ...problems(400) }
});
function openapi(text) {
  let made;
  return () => {
    made ??= text();
    return made;
  };
}

// server/src/routes/read-embeddings.ts
import { createRoute as createRoute8, z as z6 } from "@hono/zod-openapi";
var BASE = "/api/embeddings/";
var readEmbeddingsContract = createRoute8({
  method: "get",
  path: "/api/embeddings/{id}",
  operationId: "readEmbeddings",
  tags: ["embeddings"],
  summary: "Read one entity's embeddings",
  description: "All of the entity's embeddings unless one is named. Needs scope `embeddings:read`.",
  security: keyed,
  request: {
    params: z6.object({ id: z6.string().describe("The entity's key, as for features") }),
    query: z6.object({
      embedding: z6.string().optional().describe("`view.feature` or `view@2.feature`"),
      entity: z6.string().optional().describe("The entity; by default that of the embedding, then the server's default")
    }).strict()
  },
  responses: {
    200: json(EmbeddingsAnswer, "The embeddings"),
    ...problems(400, 401, 403, 404, 410, 429, 500, 503)
  }
});
function readEmbeddings(reader) {
  return (request) => reader.read(request.path.slice(BASE.length), request.query, request.principal?.tenant ?? null);
}

// server/src/routes/read-feature-view.ts
import { createRoute as createRoute9, z as z7 } from "@hono/zod-openapi";

// server/src/middleware/segment.ts
function segment(request, position) {
  try {
    return decodeURIComponent(request.path.split("/")[position] ?? "");
  } catch {
    throw new FeatstoreError("path_not_found", "The path holds a percent sign that encodes nothing.");
  }
}

// server/src/routes/read-feature-view.ts
var readFeatureViewContract = createRoute9({
  method: "get",
  path: "/api/feature-views/{name}",
  operationId: "readFeatureView",
  tags: ["registry"],
  summary: "Read a feature view's versions",
  description: "Needs scope `registry:read`.",
  security: keyed,
  request: { params: z7.object({ name: z7.string() }) },
  responses: { 200: json(FeatureView, "The versions, newest first"), ...problems(400, 401, 403, 404, 429, 500, 503) }
});
function readFeatureView(catalog) {
  return (request) => JSON.stringify(catalog.featureView(segment(request, 3)));
}

// server/src/routes/read-feature-view-version.ts
import { createRoute as createRoute10, z as z8 } from "@hono/zod-openapi";
var readFeatureViewVersionContract = createRoute10({
  method: "get",
  path: "/api/feature-views/{name}/versions/{version}",
  operationId: "readFeatureViewVersion",
  tags: ["registry"],
  summary: "Read one version of a feature view: definition, SQL, owner, freshness",
  description: "Needs scope `registry:read`.",
  security: keyed,
  request: { params: z8.object({ name: z8.string(), version: z8.string().describe("1, 2, 3, \u2026") }) },
  responses: { 200: json(FeatureViewVersion, "The version"), ...problems(400, 401, 403, 404, 429, 500, 503) }
});
function readFeatureViewVersion(catalog) {
  return (request) => JSON.stringify(catalog.version(segment(request, 3), segment(request, 5)));
}

// server/src/routes/read-features.ts
import { createRoute as createRoute11, z as z9 } from "@hono/zod-openapi";
var BASE2 = "/api/features/";
var readFeaturesContract = createRoute11({
  method: "get",
  path: "/api/features/{id}",
  operationId: "readFeatures",
  tags: ["features"],
  summary: "Read one entity's features",
  description: "Without a selection: every feature, vectors apart, of all promoted views of the entity. An unknown entity is answered with status `unknown_entity`, not with 404. Needs scope `features:read`.",
  security: keyed,
  request: {
    params: z9.object({
      id: z9.string().describe("The entity's key; a composite key is its parts in key order, each percent-encoded, with commas between")
    }),
    query: z9.object({
      features: z9.string().optional().describe("Comma-separated `view`, `view.feature`, `view@2`, `view@2.feature`"),
      service: z9.string().optional().describe("A feature service, `name` or `name@2`; excludes `features`"),
      entity: z9.string().optional().describe("The entity; by default that of the named views, then the server's default"),
      metadata: z9.enum(["true", "false"]).optional().describe("Tell each view's version, generation and times")
    }).strict()
  },
  responses: {
    200: json(FeaturesAnswer, "The features, with a status for each view"),
    ...problems(400, 401, 403, 404, 410, 429, 500, 503)
  }
});
function readFeatures(reader) {
  return (request) => reader.single(request.path.slice(BASE2.length), request.query, request.principal?.tenant ?? null);
}

// server/src/routes/read-features-batch.ts
import { createRoute as createRoute12 } from "@hono/zod-openapi";

// server/src/middleware/read-json-text.ts
var JSON_TYPE = /^application\/(?:json|[a-z0-9.-]+\+json)\s*(?:;.*)?$/i;
async function readJsonText(request) {
  const text = await request.body();
  if (text === "") throw new FeatstoreError("body_required", 'Send a JSON object such as {"ids": [7, 8]}.');
  const type = request.header("content-type");
  if (type !== "application/json" && (type === void 0 || !JSON_TYPE.test(type))) {
    throw new FeatstoreError(
      "unsupported_media_type",
      `Send "Content-Type: application/json"; it was ${type === void 0 ? "absent" : `"${type.slice(0, 100)}"`}.`
    );
  }
  return text;
}

// server/src/routes/read-features-batch.ts
var readFeaturesBatchContract = createRoute12({
  method: "post",
  path: "/api/features/batch",
  operationId: "readFeaturesBatch",
  tags: ["features"],
  summary: "Read the features of many entities",
  description: "Rows stand in the order of the ids, repeats included; an unknown id gives a row of nulls and never fails the batch. All rows of one view are of one generation. Needs scope `features:read`.",
  security: keyed,
  request: { body: { required: true, content: { "application/json": { schema: BatchRequest } } } },
  responses: {
    200: json(BatchAnswer, "The rows"),
    ...problems(400, 401, 403, 404, 410, 413, 415, 429, 500, 503)
  }
});
function readFeaturesBatch(reader) {
  return async (request) => reader.batch(await readJsonText(request), request.principal?.tenant ?? null);
}

// server/src/routes/read-row-schema.ts
import { createRoute as createRoute13, z as z10 } from "@hono/zod-openapi";
var readRowSchemaContract = createRoute13({
  method: "get",
  path: "/api/feature-views/{name}/versions/{version}/schema",
  operationId: "readRowSchema",
  tags: ["registry"],
  summary: "Read the JSON Schema of a row of one version of a feature view",
  description: "Needs scope `registry:read`.",
  security: keyed,
  request: { params: z10.object({ name: z10.string(), version: z10.string().describe("1, 2, 3, \u2026") }) },
  responses: {
    200: {
      description: "A JSON Schema (2020-12)",
      content: { "application/schema+json": { schema: z10.record(z10.string(), z10.unknown()) } }
    },
    ...problems(400, 401, 403, 404, 429, 500, 503)
  }
});
function readRowSchema(catalog) {
  return (request) => ({
    status: 200,
    contentType: "application/schema+json",
    body: JSON.stringify(catalog.rowSchema(segment(request, 3), segment(request, 5)))
  });
}

// server/src/routes/readyz.ts
import { createRoute as createRoute14 } from "@hono/zod-openapi";
var readyzContract = createRoute14({
  method: "get",
  path: "/readyz",
  operationId: "readyz",
  tags: ["operations"],
  summary: "Tell whether requests can be answered",
  description: "200 as long as features can be read, 503 while starting, draining, or when no store answers.",
  responses: {
    200: json(Health, "Ready"),
    503: json(Health, "Not ready"),
    ...problems(400)
  }
});
function readyz(health2) {
  return async () => {
    const report = await health2.report();
    return {
      status: report.status === "unavailable" ? 503 : 200,
      contentType: "application/json",
      body: JSON.stringify(report)
    };
  };
}

// server/src/app.ts
var routes = [
  {
    contract: readFeaturesContract,
    scope: "features:read",
    readsQuery: true,
    handler: (deps) => readFeatures(deps.features)
  },
  { contract: readFeaturesBatchContract, scope: "features:read", handler: (deps) => readFeaturesBatch(deps.features) },
  {
    contract: readEmbeddingsContract,
    scope: "embeddings:read",
    readsQuery: true,
    handler: (deps) => readEmbeddings(deps.embeddings)
  },
  { contract: listFeatureViewsContract, scope: "registry:read", handler: (deps) => listFeatureViews(deps.catalog) },
  { contract: readFeatureViewContract, scope: "registry:read", handler: (deps) => readFeatureView(deps.catalog) },
  {
    contract: readFeatureViewVersionContract,
    scope: "registry:read",
    handler: (deps) => readFeatureViewVersion(deps.catalog)
  },
  { contract: readRowSchemaContract, scope: "registry:read", handler: (deps) => readRowSchema(deps.catalog) },
  { contract: listFeatureServicesContract, scope: "registry:read", handler: (deps) => listFeatureServices(deps.catalog) },
  { contract: livezContract, scope: null, handler: () => livez() },
  { contract: readyzContract, scope: null, handler: (deps) => readyz(deps.health) },
  { contract: healthContract, scope: null, handler: (deps) => health(deps.health) },
  { contract: metricsContract, scope: null, handler: (deps) => metrics(deps.exposition) },
  { contract: openapiContract, scope: null, handler: () => openapi(openApiText) },
  { contract: docsContract, scope: null, handler: () => docs(openApi) }
];
var BATCH_PATH = readFeaturesBatchContract.path;
function openApi() {
  return openApiDocument(routes.map((route) => route.contract));
}
function openApiText() {
  return `${JSON.stringify(openApi(), null, 2)}
`;
}
function createApp(deps) {
  const app2 = new Hono();
  const refusing = (route, reason) => (context) => guard(deps.guard, { route, scope: null, readsQuery: true }, () => {
    throw reason(context);
  })(context);
  const patterns = routes.map(({ contract }) => ({
    pattern: new RegExp(`^${contract.path.replaceAll(/\{\w+\}/g, "[^/]+")}$`),
    method: contract.method.toUpperCase()
  }));
  app2.on("GET", ["/api/features/", "/api/embeddings/"], refusing("(no id)", noId));
  app2.on("GET", BATCH_PATH, refusing(BATCH_PATH, (context) => wrongMethod(context, ["POST"])));
  for (const { contract, scope, readsQuery, handler } of routes) {
    const operation = { route: contract.path, scope, readsQuery: readsQuery ?? scope === null };
    const path = contract.path.replaceAll(/\{(\w+)\}/g, ":$1");
    app2.on(contract.method.toUpperCase(), path, guard(deps.guard, operation, handler(deps)));
  }
  const unmatched = (context) => {
    const methods = patterns.filter(({ pattern }) => pattern.test(context.req.path)).map(({ method }) => method);
    return methods.length === 0 ? nothingThere() : wrongMethod(context, methods);
  };
  app2.notFound(refusing("(none)", unmatched));
  app2.onError((error, context) => refusing("(fault)", () => error)(context));
  return app2;
}
function noId() {
  return new FeatstoreError("id_empty", "The path ends before the id.", { errors: [{ place: "id", detail: "it is empty" }] });
}
function wrongMethod(context, methods) {
  const allow = [...new Set(methods.flatMap((method) => method === "GET" ? ["GET", "HEAD"] : [method]))].join(", ");
  return new FeatstoreError("method_not_allowed", `This path answers ${allow}; ${context.req.method.slice(0, 20)} came.`, {
    headers: { allow }
  });
}
function nothingThere() {
  return new FeatstoreError("path_not_found", "There is nothing at this path: /docs lists what there is.");
}

// server/src/logger.ts
import { mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import pino from "pino";
var BUFFER_BYTES = 4096;
var FLUSH_MS = 500;
function createLogger({ level, file }) {
  if (file !== null) mkdirSync(dirname(file), { recursive: true });
  const descriptor = file === null ? 1 : openSync(file, "a");
  const destination = pino.destination({
    dest: descriptor,
    sync: false,
    minLength: BUFFER_BYTES,
    periodicFlush: FLUSH_MS
  });
  const logger2 = pino({ level, base: null }, destination);
  return {
    debug: (fields, message) => logger2.debug(fields, message),
    info: (fields, message) => logger2.info(fields, message),
    warn: (fields, message) => logger2.warn(fields, message),
    error: (fields, message) => logger2.error(fields, message),
    flush() {
      try {
        destination.flushSync();
      } catch {
      }
    }
  };
}

// server/src/middleware/access-log.ts
function createAccessLog(logger2) {
  return ({ requestId, method, route, status, milliseconds, keyId, code }) => {
    logger2.info(
      { request_id: requestId, method, route, status, ms: Math.round(milliseconds * 1e3) / 1e3, key: keyId, code },
      "request"
    );
  };
}

// server/src/stores/memory-online-store.ts
function createMemoryOnlineStore({ load, limitBytes, onEvent }) {
  const tables2 = /* @__PURE__ */ new Map();
  const leftOut = /* @__PURE__ */ new Set();
  let closed = false;
  const bytes = () => [...tables2.values()].reduce((sum, packed) => sum + packed.bytes(), 0);
  const loadTable = async (registered2, table) => {
    const room = limitBytes - bytes();
    const packed = createPackedRows();
    try {
      for await (const rows of load(registered2, table)) {
        if (closed) return;
        for (const row of rows) packed.add(row);
        if (packed.bytes() > room) {
          leftOut.add(table);
          onEvent({ kind: "left_out", table, limitBytes });
          return;
        }
      }
      packed.finish();
      if (closed) return;
      tables2.set(table, packed);
      onEvent({ kind: "loaded", table, rows: packed.rows(), bytes: packed.bytes() });
    } catch (error) {
      onEvent({ kind: "failed", table, error });
    }
  };
  return {
    name: "memory",
    held: (table) => tables2.get(table),
    bytes,
    async read({ table, scope, keys: keys2 }) {
      const packed = tables2.get(table);
      return packed && keys2.map((key) => packed.get(scope, key));
    },
    readVectors: async () => void 0,
    async follow(served2) {
      const wanted = /* @__PURE__ */ new Map();
      for (const registered2 of served2) if (registered2.served) wanted.set(registered2.served.table, registered2);
      for (const table of tables2.keys()) {
        if (!wanted.has(table)) {
          tables2.delete(table);
          leftOut.clear();
        }
      }
      for (const [table, registered2] of wanted) {
        if (!closed && !tables2.has(table) && !leftOut.has(table)) await loadTable(registered2, table);
      }
    },
    async close() {
      closed = true;
      tables2.clear();
    }
  };
}
var ENTRY_BYTES = 72;
var STRING_BYTES = 24;
function createPackedRows() {
  const positions = /* @__PURE__ */ new Map();
  const texts = [];
  let eventTimes = new Float64Array(1024);
  let offsets = new Uint32Array(8192);
  let stride = 0;
  let textBytes = 0;
  return {
    add({ scope, key, eventTime, values }) {
      const row = texts.length;
      if (row === 0) stride = values.length + 1;
      if (row === eventTimes.length) eventTimes = grown(eventTimes, new Float64Array(row * 2));
      const base = row * stride;
      while (base + stride > offsets.length) offsets = grown(offsets, new Uint32Array(offsets.length * 2));
      let at = 0;
      for (let index = 0; index < values.length; index++) {
        offsets[base + index] = at;
        at += (values[index] ?? "").length + 1;
      }
      offsets[base + values.length] = at;
      eventTimes[row] = eventTime ?? Number.NaN;
      const text = values.join(",");
      texts.push(text);
      textBytes += STRING_BYTES + key.length + Buffer.byteLength(text);
      let inScope = positions.get(scope);
      if (inScope === void 0) {
        inScope = /* @__PURE__ */ new Map();
        positions.set(scope, inScope);
      }
      inScope.set(key, row);
    },
    finish() {
      eventTimes = eventTimes.slice(0, texts.length);
      offsets = offsets.slice(0, texts.length * stride);
    },
    get(scope, key) {
      const row = positions.get(scope)?.get(key);
      if (row === void 0) return void 0;
      const eventTime = eventTimes[row] ?? Number.NaN;
      return {
        eventTime: Number.isNaN(eventTime) ? null : eventTime,
        text: texts[row] ?? "",
        offsets,
        base: row * stride
      };
    },
    rows: () => texts.length,
    bytes: () => textBytes + texts.length * (ENTRY_BYTES + 8) + eventTimes.byteLength + offsets.byteLength
  };
}
function grown(from, to) {
  to.set(from);
  return to;
}

// server/test/helpers/fake-online-store.ts
function createFakeOnlineStore(tables2, held) {
  const memory = createMemoryOnlineStore({
    limitBytes: 1e9,
    onEvent: () => void 0,
    async *load(_, table) {
      yield tables2.get(table) ?? [];
    }
  });
  const failures = /* @__PURE__ */ new Map();
  const check = (table) => {
    const failure = failures.get(table) ?? failures.get("*");
    if (failure !== void 0) throw failure;
  };
  const store = {
    name: "fake",
    failures,
    ...held ? { held: memory.held } : {},
    async read(request) {
      check(request.table);
      return memory.read(request);
    },
    async readVectors({ table, scope, keys: keys2, feature: feature2 }) {
      check(table);
      const rows = tables2.get(table);
      return rows && keys2.map((key) => {
        const row = rows.find((candidate) => candidate.scope === scope && candidate.key === key);
        return row && { eventTime: row.eventTime, text: row.vectors?.[feature2] ?? null };
      });
    },
    follow: (served2) => memory.follow(served2),
    close: () => memory.close()
  };
  return store;
}

// server/test/helpers/serving-fixture.ts
var source = (name, tenant = null) => ({
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
  filter: null
});
var track = {
  kind: "entity",
  name: "track",
  key: [{ name: "track_id", type: "int64" }],
  population: source("tracks"),
  description: null
};
function feature(name, type) {
  const vector = /^vector\(/.test(type);
  return {
    name,
    // No test of serving reads expressions.
    expression: { kind: "literal", type: "string", value: null },
    type,
    nullable: true,
    embedding: vector ? { space: "mini", metric: "cosine" } : null,
    contract: {
      description: null,
      unit: null,
      minimum: null,
      maximum: null,
      allowedValues: null,
      maximumNullFraction: null,
      tags: []
    }
  };
}
function registered(options) {
  const { name, version = 1, entity = track, features, tenant = null, ttlSeconds = null, generation = 1 } = options;
  const view = {
    kind: "feature_view",
    irVersion: 1,
    name,
    version,
    entity,
    source: source(`${name}_source`, tenant),
    filter: null,
    ttlSeconds,
    features: Object.entries(features).map(([featureName, type]) => feature(featureName, type)).sort((left, right) => left.name < right.name ? -1 : 1),
    description: null,
    owner: null,
    tags: []
  };
  return {
    view,
    meaningHash: `meaning-${name}-${version}`,
    documentHash: `document-${name}-${version}`,
    state: options.state ?? "active",
    sql: "select 1",
    parameters: [],
    compilerVersion: 1,
    appliedAt: 1700000000000000n,
    lastGeneration: generation ?? 0,
    served: generation === null ? null : {
      generation,
      asOf: 1767225600123456n,
      table: `${name}_v${version}_g${generation}`,
      rows: 1,
      publishedAt: 1767225601000000n
    }
  };
}
function snapshotOf(revision, views2, services = []) {
  const names = [...new Set(views2.map(({ view }) => view.name))];
  const serviceNames = [...new Set(services.map(({ name }) => name))];
  return {
    revision,
    entities: new Map(views2.map(({ view }) => [view.entity.name, view.entity])),
    featureViews: new Map(
      names.map((name) => {
        const own = views2.filter(({ view }) => view.name === name);
        const active = own.filter(({ state }) => state === "active");
        const promoted = Math.max(...(active.length > 0 ? active : own).map(({ view }) => view.version));
        return [name, { promoted, next: null, versions: new Map(own.map((each) => [each.view.version, each])) }];
      })
    ),
    featureServices: new Map(
      serviceNames.map((name) => {
        const own = services.filter((each) => each.name === name);
        const versions = own.map((each) => [
          each.version,
          { service: each, documentHash: "document", appliedAt: 1n }
        ]);
        return [
          name,
          { promoted: Math.max(...own.map(({ version }) => version)), next: null, versions: new Map(versions) }
        ];
      })
    )
  };
}
function createFakeRegistry(first) {
  let current = first;
  let failure;
  const watchers = /* @__PURE__ */ new Set();
  const check = () => {
    if (failure !== void 0) throw failure;
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
    }
  };
}

// server/test/helpers/test-app.ts
import { Registry } from "prom-client";

// server/src/middleware/burst-limit.ts
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
function createBurstLimiter(requests, seconds) {
  const limiter = new RateLimiterMemory({ points: requests, duration: seconds });
  const policy = `"burst";q=${requests};w=${seconds}`;
  const headersOf = (result) => ({
    "ratelimit-policy": policy,
    ratelimit: `"burst";r=${result.remainingPoints};t=${Math.ceil(result.msBeforeNext / 1e3)}`
  });
  return {
    async take(keyId) {
      try {
        return headersOf(await limiter.consume(keyId));
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error;
        const wait = Math.max(1, Math.ceil(error.msBeforeNext / 1e3));
        throw new FeatstoreError(
          "rate_limited",
          `This key made more than ${requests} requests within ${seconds} s: try again in ${wait} s.`,
          { headers: { ...headersOf(error), "retry-after": String(wait) } }
        );
      }
    }
  };
}

// server/src/middleware/failed-attempts.ts
import { RateLimiterMemory as RateLimiterMemory2 } from "rate-limiter-flexible";
var SECONDS = 60;
function createFailedAttempts(perMinute) {
  const limiter = new RateLimiterMemory2({ points: perMinute, duration: SECONDS });
  const refused = /* @__PURE__ */ new Map();
  return {
    check(address) {
      const until = refused.get(address);
      if (until === void 0) return;
      const wait = Math.ceil((until - Date.now()) / 1e3);
      if (wait <= 0) {
        refused.delete(address);
        return;
      }
      throw new FeatstoreError(
        "too_many_failed_attempts",
        `Too many unknown keys came from this address: try again in ${wait} s.`,
        { headers: { "retry-after": String(wait) } }
      );
    },
    count(address) {
      const note = (result) => {
        if (result.remainingPoints > 0) return;
        const now = Date.now();
        for (const [other, until] of refused) if (until <= now) refused.delete(other);
        refused.set(address, now + result.msBeforeNext);
      };
      limiter.consume(address).then(note, note);
    }
  };
}

// server/src/middleware/request-metrics.ts
import { Histogram } from "prom-client";
var BUCKETS = [5e-4, 1e-3, 25e-4, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
function createRequestMetrics(registry) {
  const durations = new Histogram({
    name: "featstore_http_request_duration_seconds",
    help: "Time from a request's head to its answer, by route, method and status",
    labelNames: ["route", "method", "status"],
    buckets: BUCKETS,
    registers: [registry]
  });
  const children = /* @__PURE__ */ new Map();
  return {
    observe(route, method, status, seconds) {
      const key = method === "GET" ? route : `${method} ${route}`;
      let byStatus2 = children.get(key);
      if (byStatus2 === void 0) {
        byStatus2 = /* @__PURE__ */ new Map();
        children.set(key, byStatus2);
      }
      let child = byStatus2.get(status);
      if (child === void 0) {
        child = durations.labels({ route, method, status: String(status) });
        byStatus2.set(status, child);
      }
      child.observe(seconds);
    }
  };
}

// feature-definitions/src/ir/nodes.ts
function scopeOf(view) {
  return view.source.tenant !== null || view.entity.population?.tenant != null ? "tenant" : "shared";
}

// feature-definitions/src/ir/types.ts
function vectorDimensions(type) {
  const match = /^vector\((\d+)\)$/.exec(type);
  return match ? Number(match[1]) : void 0;
}

// feature-definitions/src/compile/render-postgres/tables.ts
function servedFeatures(view) {
  return view.features.filter((feature2) => vectorDimensions(feature2.type) === void 0);
}

// server/src/services/instant.ts
function instantText(micros) {
  const wholeMillis = micros / 1000n - (micros % 1000n < 0n ? 1n : 0n);
  const rest = micros - wholeMillis * 1000n;
  return `${new Date(Number(wholeMillis)).toISOString().slice(0, -1)}${rest.toString().padStart(3, "0")}Z`;
}

// server/src/services/selection.ts
function createSelection(entity, choices, served2) {
  const labels = [...new Set(choices.map((choice) => choice.label))];
  const views2 = labels.map((label) => {
    const own = choices.filter((choice) => choice.label === label);
    const [first] = own;
    if (first === void 0) throw new Error("a label without choices");
    return createSelectedView(first, own, served2(first));
  });
  const statuses = labels.map((label) => `"${label}":"complete"`).join(",");
  return {
    entity,
    views: views2,
    runs: createRuns(choices, labels, views2),
    columns: JSON.stringify(choices.map((choice) => `${choice.label}.${choice.feature.name}`)),
    labels: JSON.stringify(labels),
    scoped: views2.filter((view) => view.tenantScoped).map((view) => view.label),
    hasVectors: views2.some((view) => view.vectors.length > 0),
    completeTail: `},"status":"complete","views":{${statuses}}`,
    completeStatuses: JSON.stringify(labels.map(() => "complete")),
    withMetadata: false
  };
}
function createSelectedView({ label, registered: registered2 }, choices, served2) {
  const { view } = registered2;
  const positions = new Map(servedFeatures(view).map((feature2, position) => [feature2.name, position]));
  const features = choices.map(({ feature: { name } }) => {
    const position = positions.get(name);
    return position === void 0 ? { kind: "vector", name } : { kind: "served", name, position };
  });
  const population = view.entity.population;
  return {
    label,
    registered: registered2,
    table: served2.table,
    generation: served2.generation,
    tenantScoped: scopeOf(view) === "tenant",
    fallsBack: view.source.tenant !== null && population !== null && population.tenant === null,
    ttl: view.ttlSeconds === null ? null : view.ttlSeconds * 1e6,
    features,
    prefixes: features.map(({ name }, index) => `${index === 0 ? "{" : ","}"${name}":`),
    nullObject: `{${features.map(({ name }) => `"${name}":null`).join(",")}}`,
    vectors: features.filter((feature2) => feature2.kind === "vector").map((feature2) => feature2.name)
  };
}
function createRuns(choices, labels, views2) {
  const runs = [];
  for (const choice of choices) {
    const view = labels.indexOf(choice.label);
    const feature2 = views2[view]?.features.find((candidate) => candidate.name === choice.feature.name);
    if (feature2 === void 0) throw new Error("a choice without its feature");
    const last = runs.at(-1);
    if (feature2.kind === "vector") {
      runs.push({ view, first: 0, last: 0, nulls: "null", vector: feature2.name });
    } else if (last && last.view === view && last.vector === null && last.last + 1 === feature2.position) {
      runs[runs.length - 1] = { ...last, last: feature2.position, nulls: `${last.nulls},null` };
    } else {
      runs.push({ view, first: feature2.position, last: feature2.position, nulls: "null", vector: null });
    }
  }
  return runs;
}

// server/src/services/suggest.ts
function suggest(given, known) {
  let best;
  let bestDistance = Math.max(1, Math.floor(given.length / 3)) + 1;
  if (given.length <= 80) {
    for (const name of known) {
      const distance = editDistance(given, name);
      if (distance < bestDistance) {
        best = name;
        bestDistance = distance;
      }
    }
  }
  return best === void 0 ? "" : `; did you mean "${best}"?`;
}
function editDistance(left, right) {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1);
      current.push(Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, substitution));
    }
    previous = current;
  }
  return previous[right.length] ?? 0;
}

// server/src/services/resolve-selection.ts
var REFERENCE = /^([a-z][a-z0-9_]{0,39})(?:@([1-9][0-9]{0,8}))?(?:\.([a-z][a-z0-9_]{0,39}))?$/;
var MOST_FAULTS = 20;
var MOST_REFERENCES = 1e3;
function resolveSelection(snapshot, request, defaultEntity) {
  if (request.features !== void 0 && request.service !== void 0) {
    throw new FeatstoreError("selection_conflict", "Give either features or a service, not both.");
  }
  const given = request.entity === void 0 ? void 0 : namedEntity(snapshot, request.entity);
  const choices = request.service !== void 0 ? serviceChoices(snapshot, request.service) : request.features !== void 0 ? featureChoices(snapshot, request.features) : void 0;
  if (choices === void 0) {
    const entity = given ?? fallbackEntity(snapshot, defaultEntity);
    return createSelection(entity, entityChoices(snapshot, entity), served);
  }
  return createSelection(entityOf(choices, given), choices, served);
}
function served(choice) {
  const generation = choice.registered.served;
  if (generation === null) throw notMaterialized([choice.label]);
  return generation;
}
function notMaterialized(labels) {
  return new FeatstoreError(
    "view_not_materialized",
    `${labels.map((label) => `"${label}"`).join(", ")} ${labels.length === 1 ? "was" : "were"} applied but never materialized: run "featstore materialize".`,
    { errors: labels.map((label) => ({ place: label, detail: "it has no generation yet" })) }
  );
}
function namedEntity(snapshot, name) {
  const entity = snapshot.entities.get(name);
  if (entity === void 0) {
    throw new FeatstoreError(
      "entity_not_found",
      `There is no entity "${name.slice(0, 80)}"${suggest(name, snapshot.entities.keys()) || "."}`
    );
  }
  return entity;
}
function fallbackEntity(snapshot, defaultEntity) {
  if (defaultEntity !== null) return namedEntity(snapshot, defaultEntity);
  const [only, ...others] = snapshot.entities.values();
  if (only !== void 0 && others.length === 0) return only;
  const names = [...snapshot.entities.keys()].join(", ");
  throw new FeatstoreError(
    "entity_required",
    only === void 0 ? 'No feature view is applied yet: run "featstore apply".' : `Say which entity you mean with "entity", or set default_entity. There are: ${names}.`
  );
}
function entityOf(choices, given) {
  const names = [...new Set(choices.map((choice2) => choice2.registered.view.entity.name))];
  const [choice] = choices;
  if (choice === void 0) throw new FeatstoreError("invalid_selection", "The selection names no feature.");
  const entity = given ?? choice.registered.view.entity;
  if (names.length > 1 || names[0] !== entity.name) {
    throw new FeatstoreError(
      "mixed_entities",
      `One request reads one entity, "${entity.name}"; the selection belongs to ${names.join(", ")}.`,
      {
        errors: choices.filter((other) => other.registered.view.entity.name !== entity.name).slice(0, MOST_FAULTS).map((other) => ({ place: other.label, detail: `its entity is "${other.registered.view.entity.name}"` }))
      }
    );
  }
  return entity;
}
function entityChoices(snapshot, entity) {
  const promoted = [...snapshot.featureViews.values()].map((versions) => versions.versions.get(versions.promoted)).filter((view) => view !== void 0).filter((view) => view.view.entity.name === entity.name && view.state === "active").filter((view) => servedFeatures(view.view).length > 0);
  const ready = promoted.filter((view) => view.served !== null);
  if (ready.length === 0) {
    if (promoted.length > 0) throw notMaterialized(promoted.map((view) => view.view.name));
    throw new FeatstoreError("vector_not_named", `Entity "${entity.name}" has vectors only: name them, or ask /api/embeddings.`);
  }
  return ready.flatMap(
    (registered2) => servedFeatures(registered2.view).map((feature2) => ({ label: registered2.view.name, registered: registered2, feature: feature2 }))
  );
}
function featureChoices(snapshot, references) {
  const choices = /* @__PURE__ */ new Map();
  const faults = [];
  if (references.length > MOST_REFERENCES) {
    throw new FeatstoreError(
      "invalid_selection",
      `At most ${MOST_REFERENCES} features can be named; ${references.length} were. A view's name stands for all of its features.`
    );
  }
  for (const [index, reference] of references.entries()) {
    if (faults.length === MOST_FAULTS) break;
    try {
      for (const choice of choicesOf(snapshot, reference)) {
        choices.set(`${choice.label}.${choice.feature.name}`, choice);
      }
    } catch (error) {
      if (!(error instanceof FeatstoreError)) throw error;
      faults.push({ code: error.code, fault: { place: `features[${index}]`, detail: error.detail } });
    }
  }
  const [first] = faults;
  if (first !== void 0) {
    throw new FeatstoreError(first.code, first.fault.detail, {
      errors: faults.map(({ fault }) => fault)
    });
  }
  return [...choices.values()];
}
function choicesOf(snapshot, reference) {
  const match = REFERENCE.exec(reference);
  const [, name, version, featureName] = match ?? [];
  if (name === void 0) {
    throw new FeatstoreError(
      "invalid_selection",
      `"${reference.slice(0, 100)}" is not of the form view, view.feature, view@2 or view@2.feature.`
    );
  }
  const registered2 = findVersion(snapshot, name, version);
  const label = version === void 0 ? name : `${name}@${version}`;
  if (featureName !== void 0) return [{ label, registered: registered2, feature: findFeature(registered2, featureName) }];
  const features = servedFeatures(registered2.view);
  if (features.length === 0) {
    const names = registered2.view.features.map((feature2) => `${label}.${feature2.name}`).join(", ");
    throw new FeatstoreError("vector_not_named", `"${label}" has vectors only, which are given when named: ${names}.`);
  }
  return features.map((feature2) => ({ label, registered: registered2, feature: feature2 }));
}
function findVersion(snapshot, name, version) {
  const versions = findView(snapshot, name);
  const registered2 = versions.versions.get(version === void 0 ? versions.promoted : Number(version));
  if (registered2 === void 0) {
    throw new FeatstoreError(
      "feature_view_version_not_found",
      `Feature view "${name}" has no version ${version ?? versions.promoted}; it has ${[...versions.versions.keys()].join(", ")}.`
    );
  }
  if (registered2.state === "retired") {
    throw new FeatstoreError(
      "feature_view_retired",
      `Version ${registered2.view.version} of feature view "${name}" is retired; version ${versions.promoted} is served.`
    );
  }
  return registered2;
}
function findView(snapshot, name) {
  const versions = snapshot.featureViews.get(name);
  if (versions === void 0) {
    throw new FeatstoreError(
      "feature_view_not_found",
      `There is no feature view "${name.slice(0, 80)}"${suggest(name, snapshot.featureViews.keys()) || "."}`
    );
  }
  return versions;
}
function findFeature(registered2, name) {
  const { view } = registered2;
  const feature2 = view.features.find((candidate) => candidate.name === name);
  if (feature2 === void 0) {
    const known = view.features.map((candidate) => candidate.name);
    throw new FeatstoreError(
      "feature_not_found",
      `Feature view "${view.name}" has no feature "${name}" in version ${view.version}${suggest(name, known) || `; it has ${known.join(", ")}.`}`
    );
  }
  return feature2;
}
function serviceChoices(snapshot, reference) {
  const match = /^([a-z][a-z0-9_]{0,39})(?:@([1-9][0-9]{0,8}))?$/.exec(reference);
  const [, name, version] = match ?? [];
  if (name === void 0) {
    throw new FeatstoreError("invalid_selection", `"${reference.slice(0, 100)}" is not of the form service or service@2.`);
  }
  const versions = snapshot.featureServices.get(name);
  if (versions === void 0) {
    throw new FeatstoreError(
      "feature_service_not_found",
      `There is no feature service "${name}"${suggest(name, snapshot.featureServices.keys()) || "."}`
    );
  }
  const registered2 = versions.versions.get(version === void 0 ? versions.promoted : Number(version));
  if (registered2 === void 0) {
    throw new FeatstoreError(
      "feature_service_version_not_found",
      `Feature service "${name}" has no version ${version ?? versions.promoted}; it has ${[...versions.versions.keys()].join(", ")}.`
    );
  }
  const { features } = registered2.service;
  const pinned = new Set(features.map((feature2) => `${feature2.view}@${feature2.version}`));
  const names = [...pinned].map((label) => label.split("@")[0]);
  return features.map((feature2) => {
    const view = findVersion(snapshot, feature2.view, String(feature2.version));
    const ambiguous = names.filter((other) => other === feature2.view).length > 1;
    const label = ambiguous ? `${feature2.view}@${feature2.version}` : feature2.view;
    return { label, registered: view, feature: findFeature(view, feature2.feature) };
  });
}

// server/src/services/row-schema.ts
function rowSchema(view) {
  const keys2 = view.entity.key.map(({ name, type }) => [name, keySchema(type)]);
  const features = view.features.map((feature2) => [feature2.name, featureSchema(feature2)]);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: `/api/feature-views/${view.name}/versions/${view.version}/schema`,
    title: `${view.name}@${view.version}`,
    ...view.description === null ? {} : { description: view.description },
    type: "object",
    properties: {
      ...Object.fromEntries(keys2),
      features: {
        type: "object",
        properties: Object.fromEntries(features),
        required: view.features.filter((feature2) => vectorDimensions(feature2.type) === void 0).map(({ name }) => name),
        additionalProperties: false
      }
    },
    required: [...view.entity.key.map(({ name }) => name), "features"]
  };
}
function keySchema(type) {
  switch (type) {
    case "int32":
      return { type: "integer" };
    case "int64":
      return { anyOf: [{ type: "integer" }, { type: "string", pattern: "^-?[0-9]+$" }] };
    case "string":
      return { type: "string" };
    default:
      return type;
  }
}
function featureSchema({ type, contract }) {
  const { description, minimum, maximum, allowedValues, unit } = contract;
  const said = [description, unit === null ? null : `Unit: ${unit}.`].filter((text) => text !== null).join(" ");
  return {
    anyOf: [
      {
        ...valueSchema(type),
        ...minimum === null ? {} : { minimum },
        ...maximum === null ? {} : { maximum },
        ...allowedValues === null ? {} : { enum: allowedValues }
      },
      { type: "null" }
    ],
    ...said === "" ? {} : { description: said }
  };
}
function valueSchema(type) {
  const dimensions = vectorDimensions(type);
  if (dimensions !== void 0) {
    return { type: "array", items: { type: "number" }, minItems: dimensions, maxItems: dimensions };
  }
  switch (type) {
    case "bool":
      return { type: "boolean" };
    case "int32":
      return { type: "integer" };
    case "float32":
    case "float64":
      return { type: "number" };
    case "int64":
      return { type: "string", pattern: "^-?[0-9]+$" };
    case "decimal":
      return { type: "string", pattern: "^-?[0-9]+(\\.[0-9]+)?$" };
    case "string":
      return { type: "string" };
    case "timestamp":
      return { type: "string", format: "date-time" };
    case "date":
      return { type: "string", format: "date" };
    case "string[]":
      return { type: "array", items: { type: ["string", "null"] } };
    case "float64[]":
      return { type: "array", items: { type: ["number", "null"] } };
    default:
      return {};
  }
}

// server/src/services/catalog.ts
function createCatalog(registry) {
  const find = (name, version) => {
    const versions = findView(registry.current().snapshot, name);
    const registered2 = /^[1-9][0-9]{0,8}$/.test(version) ? versions.versions.get(Number(version)) : void 0;
    if (registered2 === void 0) {
      throw new FeatstoreError(
        "feature_view_version_not_found",
        `Feature view "${name}" has no version "${version.slice(0, 40)}"; it has ${[...versions.versions.keys()].join(", ")}.`
      );
    }
    return { registered: registered2, versions };
  };
  return {
    featureViews: () => [...registry.current().snapshot.featureViews.values()].flatMap((versions) => {
      const registered2 = versions.versions.get(versions.promoted);
      return registered2 === void 0 ? [] : [viewSummary(registered2, versions.promoted)];
    }),
    featureView(name) {
      const versions = findView(registry.current().snapshot, name);
      return {
        name,
        promoted: versions.promoted,
        versions: newestFirst(versions).map((registered2) => viewSummary(registered2, versions.promoted))
      };
    },
    version(name, version) {
      const { registered: registered2, versions } = find(name, version);
      return viewDocument(registered2, versions.promoted);
    },
    rowSchema: (name, version) => rowSchema(find(name, version).registered.view),
    featureServices: () => [...registry.current().snapshot.featureServices.values()].flatMap(
      (versions) => newestFirst(versions).map((registered2) => serviceDocument(registered2, versions.promoted))
    )
  };
}
function newestFirst(versions) {
  return [...versions.versions].sort(([left], [right]) => right - left).map(([, registered2]) => registered2);
}
function viewSummary(registered2, promoted) {
  const { view, state, served: served2 } = registered2;
  return {
    name: view.name,
    version: view.version,
    promoted: view.version === promoted,
    state,
    entity: view.entity.name,
    scope: scopeOf(view),
    description: view.description,
    owner: view.owner,
    tags: view.tags,
    ttl_seconds: view.ttlSeconds,
    features: view.features.map((feature2) => feature2.name),
    served: served2 === null ? null : {
      generation: served2.generation,
      as_of: instantText(served2.asOf),
      published_at: instantText(served2.publishedAt),
      rows: served2.rows
    }
  };
}
function viewDocument(registered2, promoted) {
  const { view } = registered2;
  return {
    ...viewSummary(registered2, promoted),
    features: view.features.map(featureDocument),
    key: view.entity.key.map(({ name, type }) => ({ name, type })),
    source: view.source.name,
    meaning_hash: registered2.meaningHash,
    document_hash: registered2.documentHash,
    applied_at: instantText(registered2.appliedAt),
    sql: registered2.sql,
    definition: view
  };
}
function featureDocument(feature2) {
  const { contract, embedding } = feature2;
  return {
    name: feature2.name,
    type: feature2.type,
    nullable: feature2.nullable,
    description: contract.description,
    unit: contract.unit,
    minimum: contract.minimum,
    maximum: contract.maximum,
    allowed_values: contract.allowedValues,
    maximum_null_fraction: contract.maximumNullFraction,
    tags: contract.tags,
    embedding: embedding === null ? null : { space: embedding.space, metric: embedding.metric, dimensions: vectorDimensions(feature2.type) ?? 0 }
  };
}
function serviceDocument({ service, appliedAt }, promoted) {
  return {
    name: service.name,
    version: service.version,
    promoted: service.version === promoted,
    entity: service.entity,
    features: service.features.map(referenceText),
    description: service.description,
    owner: service.owner,
    tags: service.tags,
    applied_at: instantText(appliedAt)
  };
}
function referenceText({ view, version, feature: feature2 }) {
  return `${view}@${version}.${feature2}`;
}

// server/src/stores/online-store.ts
var KEY_SEPARATOR = "\0";
var OnlineStoreError = class extends Error {
  constructor(code, message, options) {
    super(message, options);
    this.code = code;
    this.name = "OnlineStoreError";
  }
};

// server/src/services/json-text.ts
var JsonTextError = class extends Error {
  constructor(position) {
    super(`unexpected character at position ${position}`);
    this.position = position;
    this.name = "JsonTextError";
  }
};
var QUOTE = 34;
var BACKSLASH = 92;
function skipSpace(text, at) {
  let position = at;
  for (; ; ) {
    const code = text.charCodeAt(position);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return position;
    position++;
  }
}
function skipString(text, at) {
  let close = text.indexOf('"', at + 1);
  while (close !== -1) {
    let backslashes = 0;
    while (text.charCodeAt(close - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return close + 1;
    close = text.indexOf('"', close + 1);
  }
  throw new JsonTextError(text.length);
}
function skipValue(text, at) {
  let depth = 0;
  let position = at;
  do {
    const code = text.charCodeAt(position);
    if (Number.isNaN(code)) throw new JsonTextError(position);
    if (code === QUOTE) {
      position = skipString(text, position);
    } else if (code === 123 || code === 91) {
      depth++;
      position++;
    } else if (code === 125 || code === 93) {
      if (depth === 0) throw new JsonTextError(position);
      depth--;
      position++;
    } else if (depth > 0) {
      position++;
    } else {
      const start = position;
      while (position < text.length && !'{}[],:" \n\r	'.includes(text.charAt(position))) position++;
      if (position === start) throw new JsonTextError(position);
    }
  } while (depth > 0);
  return position;
}
function eachMember(text, onMember) {
  let position = skipSpace(text, 0);
  if (text.charAt(position) !== "{") throw new JsonTextError(position);
  position = skipSpace(text, position + 1);
  let first = true;
  while (text.charAt(position) !== "}") {
    if (!first) {
      if (text.charAt(position) !== ",") throw new JsonTextError(position);
      position = skipSpace(text, position + 1);
    }
    first = false;
    if (text.charCodeAt(position) !== QUOTE) throw new JsonTextError(position);
    const nameEnd = skipString(text, position);
    const name = JSON.parse(text.slice(position, nameEnd));
    position = skipSpace(text, nameEnd);
    if (text.charAt(position) !== ":") throw new JsonTextError(position);
    const start = skipSpace(text, position + 1);
    const end = skipValue(text, start);
    onMember(String(name), { at: start, text: text.slice(start, end) });
    position = skipSpace(text, end);
  }
  if (skipSpace(text, position + 1) < text.length) throw new JsonTextError(position + 1);
}
function eachElement(text, onElement) {
  let position = skipSpace(text, 0);
  if (text.charAt(position) !== "[") throw new JsonTextError(position);
  position = skipSpace(text, position + 1);
  for (let index = 0; text.charAt(position) !== "]"; index++) {
    if (index > 0) {
      if (text.charAt(position) !== ",") throw new JsonTextError(position);
      position = skipSpace(text, position + 1);
    }
    const end = skipValue(text, position);
    onElement(text.slice(position, end), index);
    position = skipSpace(text, end);
  }
  if (skipSpace(text, position + 1) < text.length) throw new JsonTextError(position + 1);
}

// server/src/services/entity-key.ts
var LONGEST_PART = 512;
var CANONICAL = /^(?:0|-?[1-9][0-9]*)$/;
var NUMERIC = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
var SURROGATE = /\p{Surrogate}/u;
var INTEGER_RANGE = {
  int32: { least: -(2n ** 31n), greatest: 2n ** 31n - 1n },
  int64: { least: -(2n ** 63n), greatest: 2n ** 63n - 1n }
};
function parsePathKey(entity, raw) {
  const [part] = entity.key;
  if (entity.key.length === 1 && part !== void 0) {
    const value = checkPart(part, decode2(raw), "id");
    return { key: value, echo: `"${part.name}":${echoOf(part, value)}` };
  }
  const texts = raw.split(",");
  if (texts.length !== entity.key.length) {
    const names = entity.key.map((key) => key.name).join(",");
    throw new FeatstoreError(
      raw === "" ? "id_empty" : "id_invalid",
      `The id of entity "${entity.name}" has ${entity.key.length} parts, ${names}, with commas between; ${texts.length} came.`,
      { errors: [{ place: "id", detail: `expected ${names}` }] }
    );
  }
  const values = entity.key.map((key, index) => checkPart(key, decode2(texts[index] ?? ""), `id.${key.name}`));
  return {
    key: values.join(KEY_SEPARATOR),
    echo: entity.key.map((key, index) => `"${key.name}":${echoOf(key, values[index] ?? "")}`).join(",")
  };
}
function parseBatchKey(entity, json2, position) {
  const [part] = entity.key;
  const place = `ids[${position}]`;
  return entity.key.length === 1 && part !== void 0 ? parseJsonPart(part, json2, place) : parseJsonKey(entity, json2, place);
}
function parseJsonKey(entity, element, place) {
  const names = entity.key.map((key) => key.name).join(", ");
  if (!element.startsWith("{")) {
    throw refusal("id_invalid", place, `the id of entity "${entity.name}" is an object with ${names}`);
  }
  const given = /* @__PURE__ */ new Map();
  eachMember(element, (name, value) => {
    if (given.has(name)) throw refusal("id_invalid", `${place}.${name}`, "it is given twice");
    given.set(name, value.text);
  });
  const values = entity.key.map((key) => {
    const value = given.get(key.name);
    if (value === void 0) throw refusal("id_invalid", `${place}.${key.name}`, `it is absent; the keys are ${names}`);
    given.delete(key.name);
    return parseJsonPart(key, value, `${place}.${key.name}`);
  });
  const [unknown] = given.keys();
  if (unknown !== void 0) {
    throw refusal("id_invalid", place, `"${unknown.slice(0, 60)}" is no key of entity "${entity.name}"; the keys are ${names}`);
  }
  return values.join(KEY_SEPARATOR);
}
function parseJsonPart(part, json2, place) {
  const first = json2.charCodeAt(0);
  if (first === 34) return checkPart(part, parseString(json2, place), place);
  const numeric = first >= 48 && first <= 57 || first === 45 || first === 43 || first === 46;
  if (numeric && part.type !== "string") {
    if (json2.length > 15 && CANONICAL.test(json2) && !Number.isSafeInteger(Number(json2))) {
      throw refusal("id_not_exact", place, "a number beyond 2^53 - 1 is not exact in JSON: send it as a string");
    }
    return checkPart(part, json2, place);
  }
  throw refusal("id_invalid", place, part.type === "string" ? "expected a string" : "expected an integer, or one as a string");
}
function parseString(json2, place) {
  try {
    return String(JSON.parse(json2));
  } catch {
    throw refusal("invalid_json", place, "the string is not valid JSON");
  }
}
function checkPart(part, value, place) {
  if (value === "") throw refusal("id_empty", place, "it is empty");
  if (value.length > LONGEST_PART) {
    throw refusal("id_too_long", place, `it has ${value.length} characters; at most ${LONGEST_PART} are allowed`);
  }
  if (part.type === "string") {
    if (value.includes(KEY_SEPARATOR) || SURROGATE.test(value)) throw refusal("id_invalid", place, "it holds a character that no text can hold");
    return value;
  }
  if (!CANONICAL.test(value)) {
    throw NUMERIC.test(value) ? refusal("id_not_exact", place, `write the integer in plain digits; "${value.slice(0, 60)}" came`) : refusal("id_invalid", place, `expected an integer for "${part.name}"; "${value.slice(0, 60)}" came`);
  }
  if (value.length > 9) {
    const { least, greatest } = INTEGER_RANGE[part.type];
    const number = BigInt(value);
    if (number < least || number > greatest) throw refusal("id_invalid", place, `it is outside the range of ${part.type}`);
  }
  return value;
}
function refusal(code, place, detail) {
  return new FeatstoreError(code, `${place}: ${detail}.`, { errors: [{ place, detail }] });
}
function echoOf(part, value) {
  if (part.type === "string") return JSON.stringify(value);
  return value.length <= 15 || Number.isSafeInteger(Number(value)) ? value : `"${value}"`;
}
function decode2(raw) {
  if (raw.includes("/")) {
    throw new FeatstoreError("path_not_found", "An id holds no slash; write %2F for one.");
  }
  if (!raw.includes("%")) return raw;
  try {
    return decodeURIComponent(raw);
  } catch {
    throw refusal("id_invalid", "id", "a percent sign encodes nothing");
  }
}

// server/src/services/read-rows.ts
function requireTenant(selection, tenant) {
  if (tenant !== null && tenant !== "" || selection.scoped.length === 0) return;
  throw new FeatstoreError(
    "tenant_required",
    `${selection.scoped.map((label) => `"${label}"`).join(", ")} hold rows per tenant: use an API key that is bound to a tenant, or name shared views only.`,
    { errors: selection.scoped.map((label) => ({ place: label, detail: "its rows belong to tenants" })) }
  );
}
function readRows(options, selection, keys2, tenant) {
  const parts = [];
  for (const view of selection.views) {
    const part = view.vectors.length === 0 ? readHeld(options.onlineStore, view, keys2, tenant) : void 0;
    if (part === void 0) return readAll(options, selection, keys2, tenant);
    parts.push(part);
  }
  return parts;
}
function readHeld(store, view, keys2, tenant) {
  const held = store.held?.(view.table);
  if (held === void 0) return void 0;
  const scope = view.tenantScoped ? tenant ?? "" : "";
  const rows = [];
  for (const key of keys2) {
    const row = held.get(scope, key);
    rows.push(row === void 0 && view.fallsBack ? held.get("", key) : row);
  }
  return { rows, timedOut: false, vectors: null };
}
async function readAll(options, selection, keys2, tenant) {
  const results = await Promise.allSettled(selection.views.map((view) => readView(options, view, keys2, tenant)));
  const failures = results.filter((result) => result.status === "rejected").map(({ reason }) => reason);
  const timeouts = failures.filter((error) => error instanceof OnlineStoreError && error.code === "timeout");
  const [failure] = failures.filter((error) => !timeouts.includes(error));
  if (failure !== void 0) throw refusalOf(failure);
  if (timeouts.length === results.length) throw refusalOf(timeouts[0]);
  return results.map(
    (result) => result.status === "fulfilled" ? result.value : { rows: keys2.map(() => void 0), timedOut: true, vectors: null }
  );
}
async function readView({ onlineStore: onlineStore2, deadlineMs }, view, keys2, tenant) {
  const scope = view.tenantScoped ? tenant ?? "" : "";
  const held = view.vectors.length === 0 ? readHeld(onlineStore2, view, keys2, tenant) : void 0;
  if (held !== void 0) return held;
  const base = { registered: view.registered, table: view.table, deadlineMs };
  const read = async (inScope, wanted) => {
    const request = { ...base, scope: inScope, keys: wanted };
    const [rows, ...vectors] = await Promise.all([
      onlineStore2.read(request).then(present),
      ...view.vectors.map((feature2) => onlineStore2.readVectors({ ...request, feature: feature2 }).then(present))
    ]);
    return { rows, vectors };
  };
  const own = await read(scope, keys2);
  const absent = view.fallsBack ? keys2.filter((_, index) => own.rows[index] === void 0) : [];
  if (absent.length === 0 || scope === "") return assemble(view, own);
  const shared = await read("", absent);
  let next = 0;
  const from = own.rows.map((row) => row === void 0 ? next++ : -1);
  const merge = (first, second) => from.map((position, index) => position === -1 ? first[index] : second[position]);
  return assemble(view, {
    rows: merge(own.rows, shared.rows),
    vectors: own.vectors.map((vectors, index) => merge(vectors, shared.vectors[index] ?? []))
  });
}
function assemble(view, parts) {
  const vectors = view.vectors.length === 0 ? null : new Map(view.vectors.map((feature2, index) => [feature2, parts.vectors[index] ?? []]));
  return { rows: parts.rows, timedOut: false, vectors };
}
function present(rows) {
  if (rows === void 0) throw new OnlineStoreError("gone", "no store holds the generation");
  return rows;
}
var REFUSALS = {
  timeout: ["store_timeout", "The store did not answer within the deadline: try again."],
  unavailable: ["store_unavailable", "The store cannot be reached: try again in a moment."],
  overloaded: ["overloaded", "Too many reads are waiting for the store: try again in a moment."],
  gone: ["store_unavailable", "The generation that was being read is gone: try again."]
};
function refusalOf(error) {
  if (!(error instanceof OnlineStoreError)) return error;
  const [code, detail] = REFUSALS[error.code];
  return new FeatstoreError(code, detail, { cause: error, headers: { "retry-after": "1" } });
}
function isExpired(row, view, now) {
  return view.ttl !== null && row.eventTime !== null && now - row.eventTime > view.ttl;
}
function statusOf(row, view, now, known, timedOut) {
  if (timedOut) return "timeout";
  if (row === void 0) return known ? "missing" : "unknown_entity";
  if (row.eventTime === null) return "missing";
  return isExpired(row, view, now) ? "expired" : "complete";
}
function rowStatus(statuses) {
  const [first] = statuses;
  return first !== void 0 && statuses.every((status) => status === first) ? first : "partial";
}

// server/src/services/embeddings.ts
var REFERENCE2 = /^([a-z][a-z0-9_]{0,39})(?:@([1-9][0-9]{0,8}))?\.([a-z][a-z0-9_]{0,39})$/;
function createEmbeddingReader(options) {
  const { registry, clock, defaultEntity } = options;
  return {
    async read(rawId, rawQuery, tenant) {
      const state = registry.current();
      const text = `embeddings?${rawQuery}`;
      let selection = state.selections.get(text);
      if (selection === void 0) {
        selection = resolve(state.snapshot, rawQuery, defaultEntity);
        if (text.length <= 1024) state.selections.set(text, selection);
      }
      const id = parsePathKey(selection.entity, rawId);
      requireTenant(selection, tenant);
      return render(selection, id.echo, await readRows(options, selection, [id.key], tenant), clock());
    }
  };
}
function resolve(snapshot, rawQuery, defaultEntity) {
  const query = parseQuery(rawQuery, ["embedding", "entity"]);
  const given = query.entity === void 0 ? void 0 : namedEntity(snapshot, query.entity);
  if (query.embedding === void 0) {
    const entity2 = given ?? fallbackEntity(snapshot, defaultEntity);
    return createSelection(entity2, entityEmbeddings(snapshot, entity2), servedOf);
  }
  const choice = namedEmbedding(snapshot, query.embedding);
  const entity = choice.registered.view.entity;
  if (given !== void 0 && given.name !== entity.name) {
    throw new FeatstoreError("mixed_entities", `"${query.embedding}" belongs to entity "${entity.name}", not "${given.name}".`);
  }
  return createSelection(entity, [choice], servedOf);
}
function servedOf(choice) {
  if (choice.registered.served === null) throw notMaterialized([choice.label]);
  return choice.registered.served;
}
function isEmbedding(feature2) {
  return vectorDimensions(feature2.type) !== void 0;
}
function embeddingNames(views2) {
  return [...views2].flatMap(({ view }) => view.features.filter(isEmbedding).map((feature2) => `${view.name}.${feature2.name}`));
}
function promotedViews(snapshot) {
  return [...snapshot.featureViews.values()].map((versions) => versions.versions.get(versions.promoted)).filter((view) => view !== void 0).filter((view) => view.state === "active");
}
function entityEmbeddings(snapshot, entity) {
  const all = promotedViews(snapshot).filter(({ view }) => view.entity.name === entity.name).flatMap(
    (registered2) => registered2.view.features.filter(isEmbedding).map((feature2) => ({ label: registered2.view.name, registered: registered2, feature: feature2 }))
  );
  if (all.length === 0) throw new FeatstoreError("embedding_not_found", `Entity "${entity.name}" has no embeddings.`);
  const ready = all.filter((choice) => choice.registered.served !== null);
  if (ready.length === 0) throw notMaterialized([...new Set(all.map((choice) => choice.label))]);
  return ready;
}
function namedEmbedding(snapshot, reference) {
  const [, name, version, featureName] = REFERENCE2.exec(reference) ?? [];
  if (name === void 0 || featureName === void 0) {
    throw new FeatstoreError("invalid_selection", `"${reference.slice(0, 100)}" is not of the form view.feature or view@2.feature.`);
  }
  const registered2 = findVersion(snapshot, name, version);
  const feature2 = findFeature(registered2, featureName);
  if (!isEmbedding(feature2)) {
    const known = embeddingNames(promotedViews(snapshot));
    throw new FeatstoreError(
      "embedding_not_found",
      `"${reference}" is of type ${feature2.type}, no embedding${suggest(reference, known) || (known.length > 0 ? `; there are ${known.join(", ")}.` : ".")}`
    );
  }
  return { label: version === void 0 ? name : `${name}@${version}`, registered: registered2, feature: feature2 };
}
function render(selection, echo, parts, now) {
  const known = parts.some((part) => part.rows[0] !== void 0);
  const statuses = selection.views.map((view, index) => {
    const part = parts[index];
    return statusOf(part?.rows[0], view, now, known, part?.timedOut ?? true);
  });
  const members = selection.views.flatMap(
    (view, index) => view.vectors.map((name) => {
      const feature2 = findFeature(view.registered, name);
      const status = statuses[index] ?? "missing";
      const vector = status === "complete" ? parts[index]?.vectors?.get(name)?.[0]?.text ?? "null" : "null";
      const space = JSON.stringify(feature2.embedding?.space ?? `${view.label}.${name}`);
      const metric = feature2.embedding?.metric ?? "cosine";
      const dimensions = vectorDimensions(feature2.type) ?? 0;
      return `"${view.label}.${name}":{"space":${space},"dimensions":${dimensions},"metric":"${metric}","status":"${status}","vector":${vector}}`;
    })
  );
  return `{${echo},"embeddings":{${members.join(",")}},"status":"${rowStatus(statuses)}"}`;
}

// server/src/stores/packed-row.ts
function sliceOf(row, first, last) {
  const from = row.offsets[row.base + first] ?? 0;
  const to = (row.offsets[row.base + last + 1] ?? 0) - 1;
  return row.text.slice(from, to);
}

// server/src/services/render-features.ts
function renderSingle(selection, echo, parts, now) {
  const { views: views2 } = selection;
  const { statuses, status, validUntil } = judge(selection, parts, 0, now);
  let text = `{${echo},"features":{`;
  for (let index = 0; index < views2.length; index++) {
    const view = views2[index];
    const part = parts[index];
    if (view === void 0 || part === void 0) continue;
    const row = part.rows[0];
    text += `${index === 0 ? '"' : ',"'}${view.label}":`;
    text += row === void 0 || statuses[index] === "expired" ? view.nullObject : objectOf(view, row, part);
  }
  text += status === "complete" ? selection.completeTail : tailOf(views2, statuses, status);
  if (selection.withMetadata) text += metadataOf(views2, parts);
  return { text: flat(`${text}}`), status, statuses: "", validUntil };
}
function renderRow(selection, parts, position, now) {
  const { statuses, status, validUntil } = judge(selection, parts, position, now);
  let text = "[";
  for (const [index, run] of selection.runs.entries()) {
    if (index > 0) text += ",";
    const part = parts[run.view];
    const row = part?.rows[position];
    if (row === void 0 || statuses[run.view] === "expired") text += run.nulls;
    else if (run.vector !== null) text += vectorText(part?.vectors?.get(run.vector)?.[position]);
    else text += sliceOf(row, run.first, run.last);
  }
  return {
    text: flat(`${text}]`),
    status,
    statuses: status === "complete" ? selection.completeStatuses : `["${statuses.join('","')}"]`,
    validUntil
  };
}
function renderBatch(selection, idsText, rows) {
  let texts = "";
  let status = "";
  let allComplete = true;
  for (let position = 0; position < rows.length; position++) {
    const row = rows[position];
    if (row === void 0) continue;
    const comma = position === 0 ? "" : ",";
    texts += comma + row.text;
    if (row.status === "complete") {
      status += position === 0 ? '"complete"' : ',"complete"';
    } else {
      status += `${comma}"${row.status}"`;
      allComplete = false;
    }
  }
  const statuses = allComplete ? "" : `,"statuses":[${rows.map((row) => row.statuses).join(",")}]`;
  return `{"ids":${idsText},"columns":${selection.columns},"rows":[${texts}],"status":[${status}],"views":${selection.labels}${statuses}}`;
}
function judge(selection, parts, position, now) {
  const known = parts.some((part) => part.rows[position] !== void 0);
  const statuses = [];
  let validUntil = Number.POSITIVE_INFINITY;
  for (const [index, view] of selection.views.entries()) {
    const part = parts[index];
    const row = part?.rows[position];
    const status = statusOf(row, view, now, known, part?.timedOut ?? true);
    statuses.push(status);
    if (status === "timeout") validUntil = Number.NEGATIVE_INFINITY;
    else if (status === "complete" && view.ttl !== null && row?.eventTime != null) {
      validUntil = Math.min(validUntil, row.eventTime + view.ttl);
    }
  }
  return { statuses, status: rowStatus(statuses), validUntil };
}
function objectOf(view, row, part) {
  const { features, prefixes } = view;
  let text = "";
  for (let index = 0; index < features.length; index++) {
    const feature2 = features[index];
    if (feature2 === void 0) continue;
    text += prefixes[index];
    text += feature2.kind === "served" ? sliceOf(row, feature2.position, feature2.position) : vectorText(part.vectors?.get(feature2.name)?.[0]);
  }
  return `${text}}`;
}
function vectorText(vector) {
  return vector?.text ?? "null";
}
function tailOf(views2, statuses, status) {
  const each = views2.map((view, index) => `"${view.label}":"${statuses[index] ?? "missing"}"`).join(",");
  return `},"status":"${status}","views":{${each}}`;
}
function metadataOf(views2, parts) {
  const each = views2.map((view, index) => {
    const eventTime = parts[index]?.rows[0]?.eventTime ?? null;
    const served2 = view.registered.served;
    return `"${view.label}":${JSON.stringify({
      version: view.registered.view.version,
      generation: view.generation,
      as_of: served2 === null ? null : instantText(served2.asOf),
      event_time: eventTime === null ? null : instantText(BigInt(eventTime))
    })}`;
  });
  return `,"metadata":{${each.join(",")}}`;
}
function flat(text) {
  text.charCodeAt(0);
  return text;
}

// server/src/services/rendered-cache.ts
var ENTRY_BYTES2 = 160;
var LONGEST_SMALL = 9;
function createRenderedCaches(budgetBytes) {
  let epoch = 0;
  let youngBytes = 0;
  return {
    create() {
      let ownEpoch = epoch;
      let young = /* @__PURE__ */ new Map();
      let old = /* @__PURE__ */ new Map();
      const turn = () => {
        if (ownEpoch === epoch) return;
        old = ownEpoch === epoch - 1 ? young : /* @__PURE__ */ new Map();
        young = /* @__PURE__ */ new Map();
        ownEpoch = epoch;
      };
      const put = (id, rendered) => {
        young.set(id, rendered);
        youngBytes += rendered.text.length + ENTRY_BYTES2;
        if (youngBytes > budgetBytes / 2) {
          epoch++;
          youngBytes = 0;
        }
      };
      return {
        get(id, now) {
          turn();
          const key = small(id);
          const recent = young.get(key);
          if (recent !== void 0) return now <= recent.validUntil ? recent : void 0;
          const earlier = old.get(key);
          if (earlier === void 0 || now > earlier.validUntil) return void 0;
          put(key, earlier);
          return earlier;
        },
        set(id, rendered) {
          if (budgetBytes <= 0) return;
          turn();
          put(small(id), rendered);
        }
      };
    }
  };
}
function small(id) {
  const { length } = id;
  if (length === 0 || length > LONGEST_SMALL) return id;
  let value = 0;
  for (let index = 0; index < length; index++) {
    const digit = id.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9 || index === 0 && digit === 0 && length > 1) return id;
    value = value * 10 + digit;
  }
  return value;
}

// server/src/services/features.ts
var QUERY_PARAMETERS = ["features", "service", "entity", "metadata"];
var LONGEST_REMEMBERED = 8192;
var LONGEST_CACHED_ID = 128;
function createFeatureReader(options) {
  const { registry, clock, mostIds, defaultEntity, cacheBytes = 0 } = options;
  const caches = createRenderedCaches(cacheBytes);
  const bySelection = /* @__PURE__ */ new WeakMap();
  const cacheOf = (selection, tenant) => {
    const scope = selection.scoped.length === 0 ? "" : tenant ?? "";
    let byScope = bySelection.get(selection);
    if (byScope === void 0) {
      byScope = /* @__PURE__ */ new Map();
      bySelection.set(selection, byScope);
    }
    let cache = byScope.get(scope);
    if (cache === void 0) {
      cache = caches.create();
      byScope.set(scope, cache);
    }
    return cache;
  };
  const keep = (selection, cache, id, rendered, now) => {
    if (rendered.status === "unknown_entity" || rendered.validUntil < now) return;
    if (!selection.hasVectors && id.length <= LONGEST_CACHED_ID) cache.set(id, rendered);
  };
  const remembered = (state, text, resolve2) => {
    const known = state.selections.get(text);
    if (known !== void 0) return known;
    const selection = resolve2();
    if (text.length <= LONGEST_REMEMBERED) state.selections.set(text, selection);
    return selection;
  };
  const queried = (state, rawQuery) => {
    const query = parseQuery(rawQuery, QUERY_PARAMETERS);
    if (query.metadata !== void 0 && query.metadata !== "true" && query.metadata !== "false") {
      throw new FeatstoreError("invalid_parameter", 'query.metadata: it is "true" or "false".', {
        errors: [{ place: "query.metadata", detail: 'it is "true" or "false"' }]
      });
    }
    const selection = resolveSelection(
      state.snapshot,
      { entity: query.entity, features: query.features?.split(","), service: query.service },
      defaultEntity
    );
    return query.metadata === "true" ? { ...selection, withMetadata: true } : selection;
  };
  return {
    single(rawId, rawQuery, tenant) {
      const state = registry.current();
      const selection = remembered(state, `?${rawQuery}`, () => queried(state, rawQuery));
      const now = clock();
      const cache = cacheOf(selection, tenant);
      const cached = cache.get(rawId, now);
      if (cached !== void 0) return cached.text;
      const id = parsePathKey(selection.entity, rawId);
      requireTenant(selection, tenant);
      const finish = (parts2) => {
        const rendered = renderSingle(selection, id.echo, parts2, now);
        keep(selection, cache, rawId, rendered, now);
        return rendered.text;
      };
      const parts = readRows(options, selection, [id.key], tenant);
      return parts instanceof Promise ? parts.then(finish) : finish(parts);
    },
    batch(body, tenant) {
      const state = registry.current();
      const request = parseBatch(body);
      const selectionText = `{${request.entity ?? ""}|${request.features ?? ""}|${request.service ?? ""}`;
      const selection = remembered(
        state,
        selectionText,
        () => resolveSelection(state.snapshot, parseBatchSelection(request), defaultEntity)
      );
      const now = clock();
      const cache = cacheOf(selection, tenant);
      const rows = [];
      const absent = [];
      eachId(request.ids, mostIds, (id, position) => {
        const cached = cache.get(id, now);
        rows.push(cached);
        if (cached === void 0) absent.push({ position, id, key: parseBatchKey(selection.entity, id, position) });
      });
      requireTenant(selection, tenant);
      const finish = (parts2) => {
        for (const [index, { position, id }] of absent.entries()) {
          const rendered = renderRow(selection, parts2, index, now);
          keep(selection, cache, id, rendered, now);
          rows[position] = rendered;
        }
        return renderBatch(selection, request.ids, rows.filter((row) => row !== void 0));
      };
      if (absent.length === 0) return finish([]);
      const keys2 = absent.map(({ key }) => key);
      const parts = readRows(options, selection, keys2, tenant);
      return parts instanceof Promise ? parts.then(finish) : finish(parts);
    }
  };
}
var MEMBERS = ["entity", "ids", "features", "service"];
function parseBatch(body) {
  const members = {};
  const faults = [];
  try {
    eachMember(body, (name, value) => {
      if (!MEMBERS.includes(name)) {
        faults.push({ place: name.slice(0, 60), detail: `there is no such member; there are ${MEMBERS.join(", ")}` });
      } else if (Object.hasOwn(members, name)) {
        faults.push({ place: name, detail: "it is given twice" });
      } else {
        members[name] = value.text;
      }
    });
  } catch (error) {
    throw notJson(body, error);
  }
  const { ids, ...rest } = members;
  if (faults.length === 0 && ids === void 0) faults.push({ place: "ids", detail: "it is required" });
  if (ids !== void 0 && !ids.startsWith("[")) faults.push({ place: "ids", detail: "it must be an array" });
  if (faults.length > 0 || ids === void 0) {
    assertJson(body);
    throw invalidBody(faults);
  }
  return { ids, ...rest };
}
function eachId(text, most, onId) {
  let count2 = 0;
  try {
    eachElement(text, (id, position) => {
      if (position === most) throw tooManyIds(most);
      count2++;
      onId(id, position);
    });
  } catch (error) {
    throw error instanceof JsonTextError ? notJson(text, error) : error;
  }
  if (count2 === 0) {
    throw new FeatstoreError("ids_empty", "ids: give at least one id.", {
      errors: [{ place: "ids", detail: "it is empty" }]
    });
  }
}
function tooManyIds(most) {
  return new FeatstoreError("too_many_ids", `At most ${most} ids are answered at once: send the rest in another request.`, {
    errors: [{ place: "ids", detail: `it has more than ${most} ids` }]
  });
}
function parseBatchSelection(request) {
  const faults = [];
  const parse = (text) => {
    if (text === void 0) return void 0;
    try {
      const value = JSON.parse(text);
      return value;
    } catch (error) {
      throw notJson(text, error);
    }
  };
  const string = (place, value) => {
    if (value === void 0 || typeof value === "string") return value;
    faults.push({ place, detail: "it must be a string" });
    return void 0;
  };
  const entity = string("entity", parse(request.entity));
  const service = string("service", parse(request.service));
  const given = parse(request.features);
  const features = [];
  if (Array.isArray(given) && given.length > 0) {
    given.forEach((value, index) => {
      if (typeof value === "string") features.push(value);
      else faults.push({ place: `features[${index}]`, detail: "it must be a string" });
    });
  } else if (given !== void 0) {
    faults.push({ place: "features", detail: "it must be an array of at least one string" });
  }
  if (faults.length > 0) throw invalidBody(faults);
  return { entity, service, features: given === void 0 ? void 0 : features };
}
function invalidBody(faults) {
  const [first] = faults;
  return new FeatstoreError("invalid_body", first ? `${first.place}: ${first.detail}.` : "The body is not valid.", {
    errors: faults.slice(0, 20)
  });
}
function assertJson(body) {
  try {
    JSON.parse(body);
  } catch (error) {
    throw notJson(body, error);
  }
}
function notJson(text, error) {
  if (error instanceof JsonTextError) {
    try {
      const value = JSON.parse(text);
      return invalidBody([{ place: "body", detail: `it must be an object; ${value === null ? "null" : typeof value} came` }]);
    } catch (cause) {
      return new FeatstoreError("invalid_json", `The body is not JSON: ${reasonOf(cause)}.`, { cause });
    }
  }
  return new FeatstoreError("invalid_json", `The body is not JSON: ${reasonOf(error)}.`, { cause: error });
}
function reasonOf(error) {
  return (error instanceof Error ? error.message : "it cannot be parsed").slice(0, 200);
}

// server/src/services/health.ts
function createHealthService({ registry, pingDatabase, holdsAll }) {
  let draining = false;
  return {
    async report() {
      const revision = registry.revision();
      const database = await pingDatabase().then(
        () => true,
        () => false
      );
      const following = registry.fault() === null;
      const held = revision !== null && holdsAll();
      const usable = !draining && revision !== null && (database || held);
      return {
        status: usable ? database && following ? "ok" : "degraded" : "unavailable",
        registry_revision: revision,
        checks: {
          server: { ok: !draining, detail: draining ? "draining before it stops" : "running" },
          registry: {
            ok: revision !== null && following,
            detail: revision === null ? "not read yet" : following ? `revision ${revision}` : "cannot be followed"
          },
          database: { ok: database, detail: database ? "answers" : "does not answer" },
          online_store: {
            ok: held || database,
            detail: held ? "holds every served view" : database ? "falls through to the database" : "cannot read every view"
          }
        }
      };
    },
    drain() {
      draining = true;
    }
  };
}

// server/src/services/key-authenticator.ts
import { hash, randomBytes as randomBytes2, timingSafeEqual } from "node:crypto";

// server/src/services/api-key-format.ts
import { randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
var ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
var KEY = /^fs_([a-z2-7]{16})_([A-Za-z0-9_-]{43})_([0-9a-f]{8})$/;
var KEY_LENGTH = 72;
function generateApiKey() {
  const id = [...randomBytes(16)].map((byte) => ALPHABET[byte % ALPHABET.length]).join("");
  const secret = randomBytes(32).toString("base64url");
  return { id, secret, text: `fs_${id}_${secret}_${checksum(id, secret)}` };
}
function parseApiKey(text) {
  if (text.length !== KEY_LENGTH) return void 0;
  const [, id, secret, given] = KEY.exec(text) ?? [];
  if (id === void 0 || secret === void 0 || given !== checksum(id, secret)) return void 0;
  return { id, secret };
}
function checksum(id, secret) {
  return crc32(`fs_${id}_${secret}`).toString(16).padStart(8, "0");
}

// server/src/services/bounded-map.ts
function createBoundedMap(most) {
  const entries = /* @__PURE__ */ new Map();
  return {
    get: (key) => entries.get(key),
    set(key, entry) {
      if (entries.size >= most && !entries.has(key)) {
        const [oldest] = entries.keys();
        if (oldest !== void 0) entries.delete(oldest);
      }
      entries.set(key, entry);
    },
    delete: (key) => void entries.delete(key),
    clear: () => entries.clear(),
    get size() {
      return entries.size;
    }
  };
}

// server/src/services/keys.ts
import { createHmac } from "node:crypto";
var SCOPES = ["features:read", "embeddings:read", "registry:read"];
function createKeyService(store, secret) {
  return {
    async create({ name, scopes, tenant }) {
      const faults = [
        ...name.length < 1 || name.length > 200 ? [{ place: "name", detail: "it has 1 to 200 characters" }] : [],
        ...scopes.length === 0 ? [{ place: "scopes", detail: "give at least one" }] : [],
        ...scopes.filter((scope) => !SCOPES.some((known) => known === scope)).map((scope) => ({ place: "scopes", detail: `there is no scope "${scope}"; there are ${SCOPES.join(", ")}` })),
        ...tenant === "" ? [{ place: "tenant", detail: "it is empty; leave it out for none" }] : []
      ];
      const [first] = faults;
      if (first) throw new FeatstoreError("invalid_parameter", `${first.place}: ${first.detail}.`, { errors: faults });
      const { id, secret: keySecret, text } = generateApiKey();
      const digest = digestOf(secret, id, keySecret);
      const stored = await store.create({ id, name, digest, scopes: [...new Set(scopes)], tenant });
      return { ...recordOf(stored), key: text };
    },
    list: async () => (await store.list()).map(recordOf),
    async revoke(idOrKey) {
      const stored = await store.revoke(parseApiKey(idOrKey)?.id ?? idOrKey);
      if (stored === void 0) {
        throw new FeatstoreError("key_not_found", 'There is no API key with this id: "featstore keys list" shows them.');
      }
      return recordOf(stored);
    }
  };
}
function digestOf(hmacSecret, id, keySecret) {
  return createHmac("sha256", hmacSecret).update(`${id}_${keySecret}`).digest("hex");
}
function recordOf({ digest: _, ...record }) {
  return record;
}

// server/src/services/key-authenticator.ts
var MOST_REMEMBERED = 1e4;
async function createKeyAuthenticator(options) {
  const { store, hmacSecret, monotonic, believedMs = 1e4, graceMs = 6e4, onFault } = options;
  const salt = randomBytes2(32).toString("base64url");
  const remembered = createBoundedMap(MOST_REMEMBERED);
  const fingerprintsById = createBoundedMap(MOST_REMEMBERED);
  let changes = 0;
  const underWay = /* @__PURE__ */ new Set();
  const forget = (id) => {
    changes++;
    if (id === void 0) {
      remembered.clear();
      fingerprintsById.clear();
      return;
    }
    const fingerprint = fingerprintsById.get(id);
    if (fingerprint !== void 0) remembered.delete(fingerprint);
    fingerprintsById.delete(id);
  };
  let endWatch;
  try {
    endWatch = await store.watch(forget);
  } catch (error) {
    onFault?.(error);
  }
  const lookUp = async (text, fingerprint, stale) => {
    const parts = parseApiKey(text);
    if (parts === void 0) throw new FeatstoreError("key_malformed", MALFORMED);
    const changesBefore = changes;
    let stored;
    try {
      stored = await store.find(parts.id);
    } catch (error) {
      if (stale !== void 0 && changes === changesBefore && monotonic() < stale.graceUntil) return stale.holder;
      throw new FeatstoreError("store_unavailable", "API keys cannot be looked up: try again in a moment.", {
        cause: error,
        headers: { "retry-after": "1" }
      });
    }
    const digest = digestOf(hmacSecret, parts.id, parts.secret);
    if (stored === void 0 || !timingSafeEqual(Buffer.from(stored.digest), Buffer.from(digest))) {
      forgetQuietly(fingerprint, parts.id);
      throw new FeatstoreError("key_unknown", "The API key is not known to this server. Was it made for another one?");
    }
    if (stored.revokedAt !== null) {
      forgetQuietly(fingerprint, parts.id);
      throw new FeatstoreError("key_revoked", "The API key was revoked: use another one.");
    }
    const holder = { keyId: stored.id, scopes: new Set(stored.scopes), tenant: stored.tenant };
    if (changes === changesBefore) {
      const now = monotonic();
      remembered.set(fingerprint, {
        id: stored.id,
        holder,
        freshUntil: now + believedMs / 2,
        until: now + believedMs,
        graceUntil: now + graceMs
      });
      fingerprintsById.set(stored.id, fingerprint);
    }
    return holder;
  };
  const forgetQuietly = (fingerprint, id) => {
    if (fingerprintsById.get(id) === fingerprint) fingerprintsById.delete(id);
    remembered.delete(fingerprint);
  };
  return {
    authenticate(text, mayLookUp) {
      const fingerprint = hash("sha256", salt + text);
      const known = remembered.get(fingerprint);
      if (known !== void 0) {
        const now = monotonic();
        if (now >= known.freshUntil && !underWay.has(fingerprint)) {
          underWay.add(fingerprint);
          const looked = lookUp(text, fingerprint, known).finally(() => underWay.delete(fingerprint));
          if (now >= known.until) return looked;
          looked.catch(() => void 0);
        }
        if (now < known.until) return known.holder;
      } else {
        if (parseApiKey(text) === void 0) throw new FeatstoreError("key_malformed", MALFORMED);
        mayLookUp();
      }
      return lookUp(text, fingerprint, known);
    },
    async close() {
      await endWatch?.();
    }
  };
}
var MALFORMED = "The API key is malformed: it looks like fs_\u2026_\u2026_\u2026 and has 72 characters. Was it cut off when it was copied?";

// server/src/services/serving-registry.ts
var MOST_SELECTIONS = 1e3;
async function createServingRegistry(options) {
  const { registry, onlineStore: onlineStore2, pollMs, onFault } = options;
  let state;
  let fault = null;
  let closed = false;
  let running;
  let again = false;
  let timer;
  let endWatch;
  let settled = () => void 0;
  const first = new Promise((resolve2) => {
    settled = resolve2;
  });
  const adopt = async () => {
    if (state !== void 0 && await registry.revision() === state.snapshot.revision) {
      await onlineStore2.follow?.(servedViews(state.snapshot));
      return;
    }
    const snapshot = await registry.snapshot();
    if (state !== void 0 && snapshot.revision === state.snapshot.revision) return;
    const next = { snapshot, selections: createBoundedMap(MOST_SELECTIONS) };
    if (state === void 0) {
      state = next;
      settled();
    } else {
      await onlineStore2.follow?.([...servedViews(state.snapshot), ...servedViews(snapshot)]);
      state = next;
    }
    options.onChange?.(snapshot.revision);
    await onlineStore2.follow?.(servedViews(snapshot));
  };
  const run = async () => {
    do {
      again = false;
      try {
        await adopt();
        endWatch ??= closed ? void 0 : await registry.watch(wake);
        fault = null;
      } catch (error) {
        fault = error;
        settled();
        if (!closed) onFault(error);
      }
    } while (again && !closed);
  };
  const refresh = () => {
    again = true;
    running ??= run().finally(() => {
      running = void 0;
    });
    return running;
  };
  function wake() {
    if (!closed) void refresh();
  }
  const poll = () => {
    timer = setTimeout(() => void refresh().finally(() => closed ? void 0 : poll()), pollMs);
    timer.unref();
  };
  void refresh();
  await first;
  poll();
  return {
    current() {
      if (state === void 0) {
        throw new FeatstoreError("starting", "The registry has not been read yet: try again in a moment.", {
          headers: { "retry-after": "1" }
        });
      }
      return state;
    },
    revision: () => state?.snapshot.revision ?? null,
    fault: () => fault,
    refresh,
    async close() {
      closed = true;
      clearTimeout(timer);
      await running;
      await endWatch?.();
    }
  };
}
function servedViews(snapshot) {
  return [...snapshot.featureViews.values()].flatMap(
    (versions) => [...versions.versions.values()].filter((view) => view.state === "active" && view.served !== null)
  );
}

// server/test/helpers/fake-key-store.ts
function createFakeKeyStore() {
  const keys2 = /* @__PURE__ */ new Map();
  const watchers = /* @__PURE__ */ new Set();
  const store = {
    failing: false,
    notifying: true,
    lookUps: 0,
    async find(id) {
      store.lookUps++;
      if (store.failing) throw new Error("the database is gone");
      return keys2.get(id);
    },
    async create(key) {
      const stored = { ...key, createdAt: 1n, revokedAt: null };
      keys2.set(key.id, stored);
      return stored;
    },
    async list() {
      return [...keys2.values()];
    },
    async revoke(id) {
      const key = keys2.get(id);
      if (key === void 0) return void 0;
      const revoked = { ...key, revokedAt: key.revokedAt ?? 2n };
      keys2.set(id, revoked);
      if (store.notifying) for (const watcher of watchers) watcher(id);
      return revoked;
    },
    async watch(onChange) {
      watchers.add(onChange);
      return async () => void watchers.delete(onChange);
    }
  };
  return store;
}

// server/test/helpers/test-app.ts
async function createTestApp(options) {
  const faults = [];
  const records = [];
  const keyStore = options.keyStore ?? createFakeKeyStore();
  const registry = await createServingRegistry({
    registry: options.registry,
    onlineStore: options.onlineStore,
    pollMs: 1e6,
    onFault: (error) => faults.push(error)
  });
  await registry.refresh();
  const secret = "0123456789abcdef0123456789abcdef";
  const authenticator = await createKeyAuthenticator({
    store: keyStore,
    hmacSecret: secret,
    monotonic: () => performance.now()
  });
  const metrics2 = new Registry();
  const reading = {
    registry,
    onlineStore: options.onlineStore,
    clock: options.clock ?? (() => 17672256e8),
    deadlineMs: 2e3,
    defaultEntity: options.defaultEntity ?? null
  };
  const deps = {
    features: createFeatureReader({ ...reading, mostIds: options.mostIds ?? 1e3, cacheBytes: options.cacheBytes ?? 1e7 }),
    embeddings: createEmbeddingReader(reading),
    catalog: createCatalog(registry),
    health: createHealthService({ registry, pingDatabase: async () => void 0, holdsAll: () => false }),
    exposition: async () => ({ contentType: metrics2.contentType, body: await metrics2.metrics() }),
    guard: {
      authenticator,
      burstLimiter: createBurstLimiter(options.burst ?? 1e6, 60),
      failedAttempts: createFailedAttempts(options.failedAttempts ?? 1e3),
      metrics: createRequestMetrics(metrics2),
      accessLog: (record) => void records.push(record),
      onInternal: (error) => void faults.push(error),
      mostBodyBytes: options.mostBodyBytes ?? 1048576
    }
  };
  const keys2 = createKeyService(keyStore, secret);
  const app2 = createApp(deps);
  const keyOf = async (tenant = null, scopes = SCOPES) => (await keys2.create({ name: "test", scopes, tenant })).key;
  return { app: app2, deps, keys: keys2, keyOf, registry, faults, records };
}

// ../../tmp/bench/ours.ts
var mode = process.argv[2];
var N = 57718;
var views = [];
var tables = /* @__PURE__ */ new Map();
for (let v = 0; v < 5; v++) {
  const features = {};
  for (let f = 0; f < 10; f++) features[`feature_${f}`] = f % 2 ? "float64" : "int64";
  views.push(registered({ name: `view_${v}`, features, ttlSeconds: 1e9 }));
  const rows = [];
  for (let i = 1; i <= N; i++) {
    const values = [];
    for (let f = 0; f < 10; f++) values.push(f % 2 ? String((i * 7919 + f) % 1e3 / 1e3) : `"${i * 31 + f}"`);
    rows.push({ scope: "", key: String(i), eventTime: 17e14, values });
  }
  tables.set(`view_${v}_v1_g1`, rows);
}
var onlineStore = createFakeOnlineStore(tables, true);
var logger = createLogger({ level: "info", file: "/tmp/bench/access.log" });
var t = await createTestApp({ registry: createFakeRegistry(snapshotOf(1, views)), onlineStore, burst: 1e9, cacheBytes: 128e6, clock: () => Date.now() * 1e3 });
var app = createApp({ ...t.deps, guard: { ...t.deps.guard, accessLog: createAccessLog(logger) } });
var keys = [];
for (let i = 0; i < 200; i++) keys.push(await t.keyOf());
if (mode === "prepare") {
  writeFileSync("/tmp/bench/keys.json", JSON.stringify(keys));
  process.exit(0);
}
var batchBody = (start) => JSON.stringify({ entity: "track", ids: Array.from({ length: 100 }, (_, i) => (start + i * 577) % N + 1) });
if (mode === "micro") {
  const time = (name, n, f) => {
    for (let i = 0; i < n / 4; i++) f(i);
    const u = process.cpuUsage();
    for (let i = 0; i < n; i++) f(i);
    const d = process.cpuUsage(u);
    console.log(name, ((d.user + d.system) / n).toFixed(2), "us");
  };
  const bodies = Array.from({ length: 300 }, (_, i) => batchBody(i * 101));
  for (let r = 0; r < 3; r++) {
    time("single", 2e4, (i) => {
      const x = t.deps.features.single(String(i * 7919 % N + 1), "", null);
      Buffer.byteLength(x);
    });
    time("batch", 1e3, (i) => {
      const x = t.deps.features.batch(bodies[i % 300], null);
      Buffer.byteLength(x);
    });
  }
  process.exit(0);
}
var fetch = app.fetch;
if (mode === "bare") {
  const single = [];
  const batches = [];
  for (let i = 1; i <= N; i++) single.push(await (await app.request(`/api/features/${i}`, { headers: { "x-api-key": keys[0] } })).text());
  for (let i = 0; i < 500; i++) batches.push(await (await app.request(`/api/features/batch`, { method: "POST", headers: { "x-api-key": keys[0], "content-type": "application/json" }, body: batchBody(i * 101) })).text());
  const bare = new Hono2();
  let n = 0;
  bare.get("/api/features/:id", (c) => c.body(single[Number(c.req.param("id")) - 1], 200, { "content-type": "application/json", "x-request-id": "0b0f6c4e-7e0a-4a39-9d1e-6a3f3f1f3c11", "ratelimit-policy": '"burst";q=1000000000;w=60', ratelimit: '"burst";r=999999999;t=60' }));
  bare.post("/api/features/batch", async (c) => {
    await c.req.text();
    return c.body(batches[n++ % 500], 200, { "content-type": "application/json", "x-request-id": "0b0f6c4e-7e0a-4a39-9d1e-6a3f3f1f3c11", "ratelimit-policy": '"burst";q=1000000000;w=60', ratelimit: '"burst";r=999999999;t=60' });
  });
  fetch = bare.fetch;
}
writeFileSync(`/tmp/bench/keys-${mode}.json`, JSON.stringify(keys));
var lua = `math.randomseed(os.time())
local keys = {${keys.map((k) => `"${k}"`).join(",")}}
`;
writeFileSync(`/tmp/bench/single-${mode}.lua`, lua + `request = function() return wrk.format("GET", "/api/features/" .. math.random(1, ${N}), {["Authorization"] = "Bearer " .. keys[math.random(1, #keys)]}) end
local bad=0
done = function(s, l, r) io.write("errors " .. (s.errors.status or 0) .. "\\n") end`);
writeFileSync(`/tmp/bench/batch-${mode}.lua`, lua + `local bodies = {${Array.from({ length: 300 }, (_, i) => `'${batchBody(i * 101)}'`).join(",")}}
request = function() return wrk.format("POST", "/api/features/batch", {["Authorization"] = "Bearer " .. keys[math.random(1, #keys)], ["Content-Type"]="application/json"}, bodies[math.random(1,#bodies)]) end
done = function(s, l, r) io.write("errors " .. (s.errors.status or 0) .. "\\n") end`);
var server = createServer(getRequestListener(fetch));
server.listen(Number(process.argv[3]), "127.0.0.1", () => console.log("listening"));
if (process.env.PROF) {
  const { Session } = await import("node:inspector");
  const session = new Session();
  session.connect();
  const post = (m) => new Promise((res) => session.post(m, (e, r) => res(r)));
  await post("Profiler.enable");
  setTimeout(() => post("Profiler.start"), 1500);
  process.on("SIGINT", async () => {
    const r = await post("Profiler.stop");
    writeFileSync("/tmp/bench/p.cpuprofile", JSON.stringify(r.profile));
    process.exit();
  });
}
var count = 0;
var before = process.cpuUsage();
server.on("request", () => {
  count++;
});
process.on("SIGUSR2", () => {
  const u = process.cpuUsage(before);
  console.log(`${mode} ${count} requests, ${((u.user + u.system) / count).toFixed(1)} us/request (user ${(u.user / count).toFixed(1)}, system ${(u.system / count).toFixed(1)})`);
  count = 0;
  before = process.cpuUsage();
});

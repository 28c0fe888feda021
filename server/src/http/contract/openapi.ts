import { OpenAPIHono, type RouteConfig } from "@hono/zod-openapi";
import { codeSamplesOf } from "./code-samples";
import { createProblemComponents } from "./problem-responses";
import { Problem } from "./schemas";

const INFO = {
  title: "Featstore",
  version: "0.1.0",
  description: [
    "Reads features, embeddings and their definitions, and makes training sets.",
    "Every request under `/api` carries an API key, which `featstore keys create --name me` makes (the demo writes one to " +
      "`.featstore/demo-key`), as `Authorization: Bearer <key>` or as `X-API-Key: <key>`. Every " +
      "response carries `X-Request-Id`; a response to a request with a key carries `RateLimit` and `RateLimit-Policy` too.",
    "Where people sign in (`auth.enabled`), operations about their account take the cookie of a session instead of a key.",
    "Before it looks for an operation, the server can refuse any request: 400, 408 or 431 `invalid_request`, 404 " +
      "`path_not_found`, 405 `method_not_allowed`, 417 `expectation_failed`.",
    "Operations under `/api` refuse what they do not describe: a parameter or a member that is unknown, or is sent twice, " +
      "gets 400. Texts are UTF-8; a media type that ends in `+json` is read as JSON.",
    "Operations have examples for the clients too: `npm install @featstore/client` for TypeScript and " +
      "`pip install featstore-client` for Python. Both read the address and the key from `FEATSTORE_URL` and " +
      "`FEATSTORE_API_KEY`.",
    "Errors are problem documents (RFC 9457) with a stable `code`: [all codes, with cause and fix](/docs/errors).",
  ].join("\n\n"),
  license: { name: "Apache-2.0", identifier: "Apache-2.0" },
} as const;

/** Builds the OpenAPI 3.1 document of routes from their contracts. */
export function openApiDocument(contracts: readonly RouteConfig[]) {
  const app = new OpenAPIHono();
  app.openAPIRegistry.register("Problem", Problem);
  const problems = createProblemComponents();
  for (const contract of contracts) {
    const samples = codeSamplesOf(contract.operationId);
    const operation = problems.refer(contract);
    app.openAPIRegistry.registerPath(samples.length === 0 ? operation : { ...operation, "x-codeSamples": samples });
  }
  for (const [name, response] of [...problems.components].sort(([a], [b]) => (a < b ? -1 : 1)))
    app.openAPIRegistry.registerComponent("responses", name, response);
  app.openAPIRegistry.registerComponent("securitySchemes", "bearer", { type: "http", scheme: "bearer" });
  app.openAPIRegistry.registerComponent("securitySchemes", "apiKey", {
    type: "apiKey",
    in: "header",
    name: "X-API-Key",
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "session", {
    type: "apiKey",
    in: "cookie",
    name: "featstore.session_token",
    description: "The session of a signed-in person; requests that change something need `Origin` too.",
  });
  return app.getOpenAPI31Document({ openapi: "3.1.0", info: INFO, servers: SERVERS, tags: TAGS });
}

const SERVERS = [{ url: "/", description: "The server that this document comes from" }];

const TAGS = [
  { name: "features", description: "Read features online" },
  { name: "embeddings", description: "Read embeddings" },
  { name: "registry", description: "What is defined and served" },
  { name: "training", description: "Training sets: features as they were known then" },
  { name: "usage", description: "What keys and organisations used and changed" },
  { name: "keys", description: "Manage API keys" },
  { name: "account", description: "Organisations and their people, where people sign in" },
  { name: "operations", description: "For those who run the server" },
];

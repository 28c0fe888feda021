import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ApiDocument, breakingChanges } from "./breaking-changes";
import type { JsonSchema } from "./schema-changes";

const numRuns = Number(process.env.LAW_RUNS);
const string: JsonSchema = { type: "string" };

const scalars = fc.constantFrom<JsonSchema>(
  string,
  { type: "integer", minimum: 1, maximum: 9 },
  { type: "number" },
  { type: ["boolean", "null"] },
  { type: "string", enum: ["a", "b"] },
  { type: "string", pattern: "^(a|b)$" },
  { anyOf: [string, { type: "null" }] },
  { $ref: "#/components/schemas/Shared" },
  {},
);
const { object } = fc.letrec<{ schema: JsonSchema; object: JsonSchema }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3 },
    scalars,
    tie("object"),
    tie("schema").map((items): JsonSchema => ({ type: "array", items })),
  ),
  object: fc
    .dictionary(fc.constantFrom("id", "name", "rows", "more"), fc.tuple(tie("schema"), fc.boolean()), { maxKeys: 4 })
    .map((members): JsonSchema => {
      const properties = Object.fromEntries(Object.entries(members).map(([name, [schema]]) => [name, schema]));
      const required = Object.keys(members).filter((name) => members[name]?.[1]);
      return { type: "object", properties, required };
    }),
}));

const json = (schema: JsonSchema) => ({ content: { "application/json": { schema } } });

function documentOf(request: JsonSchema, response: JsonSchema): ApiDocument {
  const operation = {
    parameters: [{ name: "by", in: "query", schema: { type: "string", pattern: "^(day|key)$" } }],
    requestBody: { required: true, ...json(request) },
    responses: { 200: json(response), 404: json({ $ref: "#/components/schemas/Problem" }) },
  };
  // A schema that contains itself.
  const shared: JsonSchema = { type: "object", properties: { next: { $ref: "#/components/schemas/Shared" } } };
  return {
    info: { version: "1.0.0" },
    paths: { "/things/{id}": { post: operation } },
    components: { schemas: { Shared: shared } },
  };
}

type Change = (object: JsonSchema) => JsonSchema | undefined;

const withMember = (of: JsonSchema, name: string, schema: JsonSchema): JsonSchema => ({
  ...of,
  properties: { ...of.properties, [name]: schema },
});
const without = (names: readonly string[] | undefined, name: string) => names?.filter((each) => each !== name) ?? [];
const ofFirst =
  (change: (of: JsonSchema, name: string, schema: JsonSchema) => JsonSchema | undefined): Change =>
  (of) => {
    const [first] = Object.entries(of.properties ?? {});
    return first === undefined ? undefined : change(of, ...first);
  };

/** Changes of an object, and whether they break requests and responses that have it. */
const changes: Readonly<
  Record<string, { readonly change: Change; readonly request: boolean; readonly response: boolean }>
> = {
  "a new optional member": { change: (of) => withMember(of, "new", string), request: false, response: false },
  "a new required member": {
    change: (of) => ({ ...withMember(of, "new", string), required: [...(of.required ?? []), "new"] }),
    request: true,
    response: false,
  },
  "a removed member": {
    change: ofFirst((of, name) => {
      const { [name]: _, ...properties } = of.properties ?? {};
      return { ...of, properties, required: without(of.required, name) };
    }),
    request: true,
    response: true,
  },
  "a member of another type": {
    change: ofFirst((of, name, { type }) =>
      type === undefined ? undefined : withMember(of, name, type === "array" ? string : { type: "array" }),
    ),
    request: true,
    response: true,
  },
  "a member that becomes required": {
    change: ofFirst((of, name) =>
      of.required?.includes(name) ? undefined : { ...of, required: [...(of.required ?? []), name] },
    ),
    request: true,
    response: false,
  },
  "a member that becomes optional": {
    change: ofFirst((of, name) =>
      of.required?.includes(name) ? { ...of, required: without(of.required, name) } : undefined,
    ),
    request: false,
    response: true,
  },
};

/** Changes the object at this position of the schema, counted from outside; undefined if the change does not apply. */
function changeAt(schema: JsonSchema, position: number, change: Change): JsonSchema | undefined {
  if (schema.type === "array") {
    const items = changeAt(schema.items ?? {}, position, change);
    return items === undefined ? undefined : { ...schema, items };
  }
  if (schema.type !== "object") return undefined;
  if (position === 0) return change(schema);
  for (const [name, member] of Object.entries(schema.properties ?? {})) {
    const changed = changeAt(member, position - 1, change);
    if (changed !== undefined) return withMember(schema, name, changed);
  }
  return undefined;
}

describe("laws", () => {
  test("a document breaks no client of itself", () => {
    fc.assert(
      fc.property(object, object, (request, response) => {
        const document = documentOf(request, response);
        expect(breakingChanges(document, structuredClone(document))).toEqual([]);
      }),
      { numRuns },
    );
  });

  test.each(Object.entries(changes))("%s", (_, { change, request: breaksRequest, response: breaksResponse }) => {
    fc.assert(
      fc.property(object, object, fc.nat({ max: 2 }), (before, other, position) => {
        const after = changeAt(before, position, change);
        fc.pre(after !== undefined);
        const request = breakingChanges(documentOf(before, other), documentOf(after, other));
        expect(request.length > 0, `request: ${request.join("; ")}`).toBe(breaksRequest);
        const response = breakingChanges(documentOf(other, before), documentOf(other, after));
        expect(response.length > 0, `response: ${response.join("; ")}`).toBe(breaksResponse);
      }),
      { numRuns, maxSkipsPerRun: 1000 },
    );
  });
});

describe("operations and parameters", () => {
  const base = { info: { version: "1.0.0" } };
  const operation = {
    parameters: [
      { name: "by", in: "query", schema: { type: "string", pattern: "^(day|key)$" } },
      { name: "limit", in: "query", schema: { type: "integer", maximum: 100 } },
    ],
    responses: { 200: json(string) },
  };
  const before: ApiDocument = { ...base, paths: { "/runs/{id}": { get: operation } } };
  const changed = (more: object): ApiDocument => ({
    ...base,
    paths: { "/runs/{id}": { get: { ...operation, ...more } } },
  });
  const [by, limit] = operation.parameters;

  test.each<[string, ApiDocument, readonly string[]]>([
    ["a removed path", { ...base, paths: {} }, ["GET /runs/{}: removed"]],
    ["another method", { ...base, paths: { "/runs/{id}": { post: operation } } }, ["GET /runs/{}: removed"]],
    ["a path parameter of another name", { ...base, paths: { "/runs/{run}": { get: operation } } }, []],
    ["a new path", { ...base, paths: { ...before.paths, "/new": { get: operation } } }, []],
    ["a removed parameter", changed({ parameters: [by] }), ["GET /runs/{}: query parameter limit removed"]],
    ["a new optional parameter", changed({ parameters: [by, limit, { name: "x", in: "query" }] }), []],
    [
      "a new required header",
      changed({ parameters: [by, limit, { name: "If-Match", in: "header", required: true }] }),
      ["GET /runs/{}: header parameter If-Match is newly required"],
    ],
    [
      "a value that is no longer taken",
      changed({ parameters: [{ ...by, schema: { type: "string", pattern: "^(day|month)$" } }, limit] }),
      ["GET /runs/{}: query parameter by: key is not allowed"],
    ],
    [
      "a new value",
      changed({ parameters: [{ ...by, schema: { type: "string", pattern: "^(day|key|view)$" } }, limit] }),
      [],
    ],
    [
      "a tighter bound",
      changed({ parameters: [by, { ...limit, schema: { type: "integer", maximum: 50 } }] }),
      ["GET /runs/{}: query parameter limit: maximum is 50"],
    ],
    [
      "a parameter of another type",
      changed({ parameters: [by, { ...limit, schema: { type: "boolean" } }] }),
      ["GET /runs/{}: query parameter limit: type integer is not allowed"],
    ],
    [
      "a body that is newly required",
      changed({ requestBody: { required: true, ...json(string) } }),
      ["GET /runs/{}: request body is newly required"],
    ],
    [
      "a response that may now be null",
      changed({ responses: { 200: json({ type: ["string", "null"] }) } }),
      ["GET /runs/{}: response 200: type null is not allowed"],
    ],
    [
      "a response of another media type",
      changed({ responses: { 200: { content: { "text/csv": { schema: string } } } } }),
      ["GET /runs/{}: response 200 application/json removed"],
    ],
    [
      "a response of another status",
      changed({ responses: { 201: json(string) } }),
      ["GET /runs/{}: response 200 removed"],
    ],
    ["a value that is new in a response", changed({ responses: { 200: json({ ...string, enum: ["a"] }) } }), []],
  ])("%s", (_, after, expected) => {
    expect(breakingChanges(before, after)).toEqual(expected);
  });

  test.each<[string, JsonSchema, readonly string[]]>([
    ["the same", string, []],
    ["another type", { type: "integer" }, ["GET /runs/{}: response 200: type integer is not allowed"]],
  ])("a response by reference has %s", (_, schema, expected) => {
    const referring: ApiDocument = {
      ...changed({ responses: { 200: { $ref: "#/components/responses/Shared" } } }),
      components: { responses: { Shared: json(schema) } },
    };
    expect(breakingChanges(before, referring)).toEqual(expected);
    expect(breakingChanges(referring, before)).toHaveLength(expected.length);
  });
});

import { describe, expect, test } from "vitest";
import { httpErrorCodes } from "../../src/core/errors";
import { SCOPES } from "../../src/core/scopes";
import { createFakeOnlineStore } from "../helpers/fake-online-store";
import { createFakeRegistry, play, registered, service, snapshotOf, track } from "../helpers/serving-fixture";
import { createTestApp } from "../helpers/test-app";
import { type Problem, problemsText } from "./problems-text";

const artist = { ...track, name: "artist", key: [{ name: "artist", type: "string" as const }] };

const views = [
  registered({ name: "profile", features: { genre: "string" } }),
  registered({ name: "old", features: { x: "int32" }, state: "retired" }),
  registered({ name: "fresh", features: { x: "int32" }, generation: null }),
  registered({ name: "text", features: { lyrics: "vector(3)" } }),
  registered({ name: "private", features: { x: "int32" }, tenant: "tenant_id" }),
  registered({ name: "listens", entity: play, features: { count: "int32", days: "int32" } }),
  registered({ name: "biography", entity: artist, features: { born: "int32" } }),
];
const services = [
  service("ranker", 1, "track", [["profile", 1, "genre"]]),
  service("newcomer", 2, "track", [["fresh", 1, "x"]]),
];

async function open() {
  const onlineStore = createFakeOnlineStore(new Map(), true);
  const test = await createTestApp({
    registry: createFakeRegistry(snapshotOf(1, views, services)),
    onlineStore,
    defaultEntity: "track",
    maxBodyBytes: 100_000,
  });
  const keys = {
    good: await test.keyOf(),
    narrow: await test.keyOf(null, ["registry:read"]),
    revoked: await test.keyOf(),
    foreign: (await createTestApp({ registry: createFakeRegistry(snapshotOf(1, views)), onlineStore })).keyOf(),
  };
  await test.keys.revoke(keys.revoked);
  return { ...test, keyTexts: { ...keys, foreign: await keys.foreign } };
}

type KeyName = "good" | "narrow" | "revoked" | "foreign";

interface Case {
  readonly name: string;
  readonly method?: string;
  readonly path?: string;
  readonly key?: KeyName | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly status: number;
  readonly code: string;
  /** The text that the detail or a fault's path must contain. */
  readonly names?: string;
}

const batch = (name: string, body: string | Uint8Array, status: number, code: string, names?: string): Case => ({
  name: `batch: ${name}`,
  method: "POST",
  path: "/api/features/batch",
  headers: { "content-type": "application/json" },
  body,
  status,
  code,
  ...(names === undefined ? {} : { names }),
});

const get = (path: string, status: number, code: string, names?: string): Case => ({
  name: `GET ${path.slice(0, 80)}`,
  path,
  status,
  code,
  ...(names === undefined ? {} : { names }),
});

const ids = (count: number) => JSON.stringify({ ids: Array.from({ length: count }, (_, index) => index) });

const cases: readonly Case[] = [
  get("/api/features/abc", 400, "id_invalid", "abc"),
  get("/api/features/", 400, "id_empty", "id"),
  get("/api/embeddings/", 400, "id_empty", "id"),
  get("/api/features/%20", 400, "id_invalid"),
  get(`/api/features/${"7".repeat(10_000)}`, 400, "id_too_long", "10000"),
  get(`/api/features/${"x".repeat(10_000)}?entity=artist`, 400, "id_too_long", "2048"),
  get(`/api/features/${"x".repeat(2_049)}?entity=artist`, 400, "id_too_long", "2049"),
  get(`/api/features/${encodeURIComponent("ä".repeat(1_025))}?entity=artist`, 400, "id_too_long", "2050"),
  get(`/api/features/${"x".repeat(2_048)},7?entity=play`, 400, "id_too_long", "2049"),
  get("/api/features/7.0", 400, "id_not_exact", "7.0"),
  get("/api/features/007", 400, "id_not_exact"),
  get("/api/features/+7", 400, "id_not_exact"),
  get("/api/features/7e0", 400, "id_not_exact"),
  get("/api/features/-0", 400, "id_not_exact"),
  get("/api/features/9223372036854775808", 400, "id_invalid", "int64"),
  get("/api/features/%zz", 400, "id_invalid"),
  get("/api/features/%ff?entity=artist", 400, "id_invalid"),
  get("/api/features/%00?entity=artist", 400, "id_invalid"),
  get("/api/features/7?entity=play", 400, "id_invalid", "artist,track_id"),
  get("/api/features/a,b,c?entity=play", 400, "id_invalid"),
  get("/api/features/a,?entity=play", 400, "id_empty", "id.track_id"),
  get("/api/features/a,x?entity=play", 400, "id_invalid", "id.track_id"),
  get("/api/features/7/8", 404, "path_not_found"),
  get("/api/features/7%2F8", 400, "id_invalid"),
  get("/api/features/7?features=profil", 404, "feature_view_not_found", '"profile"'),
  get("/api/features/7?features=profile.gendre", 404, "feature_not_found", '"genre"'),
  get("/api/features/7?features=profile@9", 404, "feature_view_version_not_found", "9"),
  get("/api/features/7?features=old", 410, "feature_view_retired"),
  get("/api/features/7?features=fresh", 503, "view_not_materialized", '"featstore materialize fresh@1"'),
  get("/api/features/7?service=newcomer@2", 503, "view_not_materialized", '"fresh@1"'),
  get("/api/features/7?features=text", 400, "vector_not_named", "text.lyrics"),
  get("/api/features/7?features=profile,listens", 400, "mixed_entities", "play"),
  get("/api/features/7?features=listens&entity=track", 400, "mixed_entities"),
  get("/api/features/7?features=", 400, "invalid_parameter", "query.features"),
  get("/api/features/7?features=profile,,profile", 400, "invalid_selection", "features[1]"),
  get("/api/features/7?features=Profile", 400, "invalid_selection"),
  get("/api/features/7?features=profile&features=profile", 400, "invalid_parameter", "twice"),
  get("/api/features/7?features=%zz", 400, "invalid_parameter"),
  get("/api/features/7?features=profile&service=ranker", 400, "selection_conflict"),
  get("/api/features/7?service=rankr", 404, "feature_service_not_found", '"ranker"'),
  get("/api/features/7?service=ranker@2", 404, "feature_service_version_not_found"),
  get("/api/features/7?service=@", 400, "invalid_selection"),
  get("/api/features/7?entity=trak", 404, "entity_not_found", '"track"'),
  get("/api/features/7?asof=2026-01-01T00:00:00Z&x=1", 400, "unknown_parameter", '"asof", "x"'),
  get("/api/features/7?metadata=yes", 400, "invalid_parameter", "query.metadata"),
  get("/api/features/7?features=private", 403, "tenant_required", "--tenant"),
  get("/api/features/7", 403, "tenant_required", "private"),
  get("/api/embeddings/7?embedding=profile.genre", 404, "embedding_not_found", "text.lyrics"),
  get("/api/embeddings/7?embedding=text", 400, "invalid_selection"),
  get("/api/embeddings/7?embedding=text.lyrcs", 404, "feature_not_found"),
  get("/api/embeddings/7?entity=artist", 404, "embedding_not_found", "artist"),
  get("/api/embeddings/7?embedding=text.lyrics&entity=play", 400, "mixed_entities", '"play"'),
  get("/api/embeddings/x", 400, "id_invalid"),
  get("/api/embeddings/7?features=x", 400, "unknown_parameter"),
  get("/api/feature-views?limit=1", 400, "unknown_parameter"),
  get("/api/feature-services/rankr", 404, "feature_service_not_found", '"ranker"'),
  get("/api/feature-services/ranker@1", 404, "feature_service_not_found"),
  get("/api/feature-services/ranker?x=1", 400, "unknown_parameter"),
  get("/api/feature-views/profil", 404, "feature_view_not_found"),
  get("/api/feature-views/%zz", 404, "path_not_found"),
  get("/api/feature-views/profile/versions/2", 404, "feature_view_version_not_found"),
  get("/api/feature-views/profile/versions/one", 404, "feature_view_version_not_found"),
  get("/api/feature-views/profile/versions/01/schema", 404, "feature_view_version_not_found"),
  get("/api/nothing", 404, "path_not_found", "/docs"),
  get("/nothing", 404, "path_not_found"),
  { name: "unknown path without a key", path: "/api/nothing", key: null, status: 404, code: "path_not_found" },

  batch("no ids", '{"ids":[]}', 400, "ids_empty", "ids"),
  batch("1,001 ids", ids(1001), 400, "too_many_ids", "1000"),
  batch("ids no array", '{"ids":7}', 400, "invalid_body", "ids"),
  batch("ids an object", '{"ids":{"0":7}}', 400, "invalid_body", "ids"),
  batch("ids absent", '{"entity":"track"}', 400, "invalid_body", "ids"),
  batch("an empty object", "{}", 400, "invalid_body", "ids"),
  batch("unknown member", '{"ids":[7],"feature":["profile"]}', 400, "invalid_body", "feature"),
  batch("a member twice", '{"ids":[7],"ids":[8]}', 400, "invalid_body", "twice"),
  batch("an array", "[7]", 400, "invalid_body", "object"),
  batch("an empty array", "[]", 400, "invalid_body", "array"),
  batch("a number", "7", 400, "invalid_body", "number"),
  batch("null", "null", 400, "invalid_body", "null"),
  batch(
    "bytes that are not UTF-8",
    Buffer.from('{"entity":"artist","ids":["\xff"]}', "latin1"),
    400,
    "invalid_json",
    "UTF-8",
  ),
  batch("not JSON", "ids=7", 400, "invalid_json"),
  batch("cut off", '{"ids":[7', 400, "invalid_json"),
  batch("a comma too many", '{"ids":[7,],"features":["profile"]}', 400, "invalid_json"),
  batch("something after the end", '{"ids":[7]} x', 400, "invalid_json"),
  batch("a word in ids", '{"ids":[seven],"features":["profile"]}', 400, "id_invalid", "ids[0]"),
  batch("a broken string", '{"ids":["\\x"],"features":["profile"]}', 400, "invalid_json", "ids[0]"),
  batch("7.0", '{"ids":[1,7.0],"features":["profile"]}', 400, "id_not_exact", "ids[1]"),
  batch("007", '{"ids":[007],"features":["profile"]}', 400, "id_not_exact", "ids[0]"),
  batch("+7", '{"ids":[+7],"features":["profile"]}', 400, "id_not_exact", "ids[0]"),
  batch("-0", '{"ids":[-0],"features":["profile"]}', 400, "id_not_exact", "ids[0]"),
  batch("a number beyond 2^53 - 1", '{"ids":[9007199254740992],"features":["profile"]}', 400, "id_not_exact", "ids[0]"),
  batch('"007"', '{"ids":["007"],"features":["profile"]}', 400, "id_not_exact", "ids[0]"),
  batch('"abc"', '{"ids":["abc"],"features":["profile"]}', 400, "id_invalid", "ids[0]"),
  batch("an empty id", '{"ids":[7,""],"features":["profile"]}', 400, "id_empty", "ids[1]"),
  batch("null as an id", '{"ids":[null],"features":["profile"]}', 400, "id_invalid", "ids[0]"),
  batch("true as an id", '{"ids":[true],"features":["profile"]}', 400, "id_invalid", "ids[0]"),
  batch(
    "a single key by another name",
    '{"ids":[{"artist_id":7}],"features":["profile"]}',
    400,
    "id_invalid",
    "track_id",
  ),
  batch("a number for a text key", '{"entity":"artist","ids":[7]}', 400, "id_invalid", "string"),
  batch("half a surrogate pair", '{"entity":"artist","ids":["\\ud800"]}', 400, "id_invalid", "ids[0]"),
  batch("a long id", JSON.stringify({ entity: "artist", ids: ["x".repeat(10_240)] }), 400, "id_too_long", "ids[0]"),
  batch("a composite key as text", '{"entity":"play","ids":["a,7"]}', 400, "id_invalid", "artist, track_id"),
  batch("a part absent", '{"entity":"play","ids":[{"artist":"a"}]}', 400, "id_invalid", "ids[0].track_id"),
  batch("a part too many", '{"entity":"play","ids":[{"artist":"a","track_id":7,"x":1}]}', 400, "id_invalid", '"x"'),
  batch(
    "a part twice",
    '{"entity":"play","ids":[{"artist":"a","artist":"b","track_id":7}]}',
    400,
    "id_invalid",
    "twice",
  ),
  batch(
    "a part not exact",
    '{"entity":"play","ids":[{"artist":"a","track_id":7.0}]}',
    400,
    "id_not_exact",
    "ids[0].track_id",
  ),
  batch("features no array", '{"ids":[7],"features":"profile"}', 400, "invalid_body", "features"),
  batch("no features", '{"ids":[7],"features":[]}', 400, "invalid_body", "features"),
  batch("a number as a feature", '{"ids":[7],"features":[7]}', 400, "invalid_body", "features[0]"),
  batch("features cut off", '{"ids":[7],"features":[tru]}', 400, "invalid_json"),
  batch("service no text", '{"ids":[7],"service":7}', 400, "invalid_body", "service"),
  batch("features and service", '{"ids":[7],"features":["profile"],"service":"ranker"}', 400, "selection_conflict"),
  batch("unknown view", '{"ids":[7],"features":["profile","nope.x"]}', 404, "feature_view_not_found", "features[1]"),
  batch("unknown service", '{"ids":[7],"service":"nope"}', 404, "feature_service_not_found"),
  batch("unknown entity", '{"entity":"song","ids":[7]}', 404, "entity_not_found"),
  batch("tenant needed", '{"ids":[7],"features":["private.x"]}', 403, "tenant_required"),
  batch(
    "1,001 features",
    JSON.stringify({ ids: [7], features: Array.from({ length: 1001 }, () => "profile") }),
    400,
    "invalid_selection",
  ),
  batch("deep nesting", `{"ids":${"[".repeat(40_000)}${"]".repeat(40_000)}}`, 400, "id_invalid"),
  batch("20 MB", `{"ids":["${"x".repeat(20_000_000)}"]}`, 413, "body_too_large", "100000"),
  { ...batch("a query", '{"ids":[7]}', 400, "unknown_parameter"), path: "/api/features/batch?features=profile" },
  ...["gzip", "br", "x-unknown", "identity, gzip"].map((encoding) => ({
    ...batch(`content encoding ${encoding}`, '{"ids":[7]}', 415, "unsupported_content_encoding", encoding),
    headers: { "content-type": "application/json", "content-encoding": encoding },
  })),
  { ...batch("no body", "", 400, "body_required"), headers: { "content-type": "application/json" } },
  { ...batch("no body, no type", new Uint8Array(), 400, "body_required"), headers: {} },
  {
    ...batch("wrong type", '{"ids":[7]}', 415, "unsupported_media_type", "text/plain"),
    headers: { "content-type": "text/plain" },
  },
  {
    ...batch("a form", "ids=7", 415, "unsupported_media_type"),
    headers: { "content-type": "application/x-www-form-urlencoded" },
  },
  {
    ...batch("a wrong type and more bytes than allowed", "x".repeat(200_000), 415, "unsupported_media_type"),
    headers: { "content-type": "text/plain" },
  },
  ...["utf-16", '"UTF-16"', "latin1"].map((charset) => ({
    ...batch(`charset ${charset}`, '{"ids":[7]}', 415, "unsupported_media_type", "UTF-8"),
    headers: { "content-type": `application/json; charset=${charset}` },
  })),
  ...(
    [
      ["application/octet-stream", "text/csv"],
      ["multipart/form-data; boundary=x", "text/csv"],
      ["text/csv; charset=utf-16", "charset=utf-16"],
      ["text/csv; header=absent", "header=absent"],
      ["application/x-ndjson;charset=utf-16le", "charset=utf-16le"],
    ] as const
  ).map(([type, names]) => ({
    ...batch(`a spine as ${type}`, "track_id,as_of", 415, "unsupported_media_type", names),
    path: "/api/training-sets?features=profile&nothing=1",
    headers: { "content-type": type },
  })),
  {
    ...batch("a spine in UTF-8 with a header", "track_id,as_of", 400, "unknown_parameter"),
    path: "/api/training-sets?nothing=1",
    headers: { "content-type": 'text/csv; charset="UTF-8"; header=present' },
  },

  { name: "no key", path: "/api/features/7", key: null, status: 401, code: "key_required", names: "Bearer" },
  {
    name: "no key on a batch",
    method: "POST",
    path: "/api/features/batch",
    key: null,
    status: 401,
    code: "key_required",
  },
  {
    name: "a malformed key",
    path: "/api/features/7",
    key: null,
    headers: { authorization: "Bearer fs_abc" },
    status: 401,
    code: "key_malformed",
  },
  {
    name: "another scheme",
    path: "/api/features/7",
    key: null,
    headers: { authorization: "Basic dXNlcjpwYXNz" },
    status: 401,
    code: "key_malformed",
  },
  {
    name: "an empty key",
    path: "/api/features/7",
    key: null,
    headers: { "x-api-key": "" },
    status: 401,
    code: "key_required",
  },
  {
    name: "an empty bearer key",
    path: "/api/features/7",
    key: null,
    headers: { authorization: "Bearer" },
    status: 401,
    code: "key_required",
  },
  {
    name: "two different keys",
    path: "/api/features/7",
    headers: { "x-api-key": "other" },
    status: 401,
    code: "key_malformed",
  },
  { name: "an unknown key", path: "/api/features/7", key: "foreign", status: 401, code: "key_unknown" },
  { name: "a revoked key", path: "/api/features/7", key: "revoked", status: 401, code: "key_revoked" },
  {
    name: "a key without the scope",
    path: "/api/features/7",
    key: "narrow",
    status: 403,
    code: "scope_required",
    names: "features:read",
  },
  {
    name: "a key without the scope, embeddings",
    path: "/api/embeddings/7",
    key: "narrow",
    status: 403,
    code: "scope_required",
  },

  {
    name: "wrong method",
    method: "DELETE",
    path: "/api/features/7",
    status: 405,
    code: "method_not_allowed",
    names: "GET",
  },
  {
    name: "POST on a single read",
    method: "POST",
    path: "/api/features/7",
    body: "{}",
    status: 405,
    code: "method_not_allowed",
  },
  { name: "GET on the batch", path: "/api/features/batch", status: 405, code: "method_not_allowed", names: "POST" },
  { name: "GET on the search", path: "/api/embeddings/search", status: 405, code: "method_not_allowed", names: "POST" },
  {
    name: "PUT on the batch",
    method: "PUT",
    path: "/api/features/batch",
    status: 405,
    code: "method_not_allowed",
    names: "POST",
  },
  { name: "PUT on a list", method: "PUT", path: "/api/feature-views", status: 405, code: "method_not_allowed" },
  { name: "OPTIONS", method: "OPTIONS", path: "/api/feature-views", status: 405, code: "method_not_allowed" },
  { name: "an invented method", method: "BREW", path: "/livez", status: 405, code: "method_not_allowed" },
];

describe("bad input", async () => {
  const { app, keyTexts, faults, records } = await open();
  const respond = ({ method = "GET", path = "/", key = "good", headers, body }: Case) =>
    app.request(`http://localhost${path}`, {
      method,
      headers: { ...(key === null ? {} : { authorization: `Bearer ${keyTexts[key]}` }), ...headers },
      ...(body === undefined ? {} : { body }),
    });

  test.each(cases)("$name", async (request) => {
    const { method = "GET", status, code, names } = request;
    const response = await respond(request);
    const text = await response.text();
    const problem = JSON.parse(text);
    expect({ status: response.status, code: problem.code, detail: problem.detail }).toMatchObject({ status, code });
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(problem).toMatchObject({ type: `/docs/errors#${code}`, status });
    expect(httpErrorCodes).toContain(code);
    expect(problem.title).toMatch(/^[A-Z]/);
    expect(problem.detail.length).toBeGreaterThan(10);
    expect(problem.request_id).toBe(response.headers.get("x-request-id"));
    if (names !== undefined)
      expect(
        `${problem.detail} ${JSON.stringify(problem.errors ?? [])} ${JSON.stringify(problem.errors?.map((each: { detail: string }) => each.detail) ?? []).replaceAll('\\"', '"')}`,
      ).toContain(names);
    if (status === 401) expect(response.headers.get("www-authenticate")).toContain("Bearer");
    if (status === 405) expect(response.headers.get("allow")).toMatch(/^(?:GET, HEAD|POST)/);
    expect(text).not.toMatch(/\bat .*:\d+:\d+|node_modules/);
    expect(faults).toEqual([]);
    expect(records.at(-1)).toMatchObject({ status, code, method });
    expect(JSON.stringify(records)).not.toContain(keyTexts.good);
  });

  // The one place that compares whole sentences. `-u` rewrites the file.
  test("has its sentences in golden/problems.md", async () => {
    const problems: Problem[] = [];
    for (const request of cases) problems.push((await (await respond(request)).json()) as Problem);
    await expect(problemsText(problems)).toMatchFileSnapshot("golden/problems.md");
  });

  test.each([
    ["cut off", (key: string) => key.slice(0, -1), "71"],
    ["too long", (key: string) => `${key}0`, "73"],
    ["of another server's form", (key: string) => `sk_${key.slice(3)}`, "fs_"],
    ["with a space inside", (key: string) => `${key.slice(0, 30)} ${key.slice(31)}`, "character"],
    [
      "whose last character was changed",
      (key: string) => `${key.slice(0, -1)}${key.endsWith("0") ? "1" : "0"}`,
      "checksum",
    ],
  ])("a key %s is rejected with the reason, without showing it", async (_name, change, names) => {
    const key = change(keyTexts.good);
    const response = await app.request("/api/features/7", { headers: { authorization: `Bearer ${key}` } });
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ code: "key_malformed", detail: expect.stringContaining(names) });
    expect(text).not.toContain(key.slice(4, 12));
  });

  test("names a view of another entity once for all its features", async () => {
    const response = await app.request("/api/features/7?features=listens&entity=track", {
      headers: { authorization: `Bearer ${keyTexts.good}` },
    });
    expect(await response.json()).toMatchObject({
      errors: [{ path: "listens", detail: expect.stringContaining('"play"') }],
    });
  });

  test("accepts a body with a byte order mark and identity encoding", async () => {
    const response = await app.request("/api/features/batch", {
      method: "POST",
      headers: {
        authorization: `Bearer ${keyTexts.good}`,
        "content-type": "application/json",
        "content-encoding": "identity",
      },
      body: '\uFEFF{"ids":[7],"features":["profile"]}',
    });
    expect(response.status).toBe(200);
  });

  test("rejects bytes that are not UTF-8, with or without a content length", async () => {
    for (const length of [{}, { "content-length": "12" }]) {
      const response = await app.request("http://localhost/api/features/batch", {
        method: "POST",
        headers: { authorization: `Bearer ${keyTexts.good}`, "content-type": "application/json", ...length },
        body: Buffer.from('{"ids":"\xff"}', "latin1"),
      });
      expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([400, "invalid_json"]);
    }
  });

  test("limits a body without a content length too", async () => {
    const chunks = ['{"ids":["', ...Array.from({ length: 200 }, () => "x".repeat(1000)), '"]}'];
    const response = await app.request("http://localhost/api/features/batch", {
      method: "POST",
      headers: { authorization: `Bearer ${keyTexts.good}`, "content-type": "application/json" },
      body: ReadableStream.from(chunks.map((chunk) => new TextEncoder().encode(chunk))),
      duplex: "half",
    } as RequestInit);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([413, "body_too_large"]);
  });

  test("reports several faults of a request together", async () => {
    const response = await app.request("/api/features/7?features=nope,profile.nope,profile.genre", {
      headers: { authorization: `Bearer ${keyTexts.good}` },
    });
    expect(((await response.json()) as { errors: unknown }).errors).toMatchObject([
      { path: "features[0]" },
      { path: "features[1]" },
    ]);
  });

  test("required scopes are valid scopes of keys", () => {
    expect(SCOPES).toContain("features:read");
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { VectorSearch } from "../../../src/embeddings/vector-search";
import type { VectorStore } from "../../../src/embeddings/vector-store";
import { OnlineStoreError } from "../../../src/serving/online-store/online-store";
import { createFakeOnlineStore, type FakeTables } from "../../helpers/fake-online-store";
import { createFakeRegistry, play, registered, snapshotOf } from "../../helpers/serving-fixture";
import { createTestApp, withKey } from "../../helpers/test-app";

const NOW = 1_767_225_600_000_000;

const row = (key: string, vectors: Readonly<Record<string, string>>, values: readonly string[] = [], scope = "") => ({
  scope,
  key,
  eventTime: NOW - 1_000_000,
  values,
  vectors,
});

const l2 = registered({ name: "sound", features: { timbre: "vector(2)" } });
const views = [
  registered({ name: "text", features: { lyrics: "vector(2)", title: "vector(2)" } }),
  registered({ name: "long", features: { lyrics: "vector(3)" } }),
  {
    ...l2,
    view: {
      ...l2.view,
      features: l2.view.features.map((each) => ({ ...each, embedding: { space: "tone", metric: "l2" as const } })),
    },
  },
  registered({ name: "taste", features: { mix: "vector(2)" }, tenant: "tenant_id" }),
  registered({ name: "listens", entity: play, features: { shape: "vector(2)", count: "int32" } }),
  registered({
    name: "mood",
    features: { energy: "float64", label: "string", plays: "int64", tags: "string[]", on: "bool", at: "timestamp" },
  }),
  registered({ name: "fresh", features: { shape: "vector(2)" }, generation: null }),
];
const tables: FakeTables = new Map([
  ["text_v1_g1", [row("7", { lyrics: "[1,0]", title: "[0,1]" }), row("8", { lyrics: "[0,0]", title: "[1,1]" })]],
  ["sound_v1_g1", [row("7", { timbre: "[5,6]" })]],
  ["taste_v1_g1", [row("7", { mix: "[1,1]" }, [], "acme")]],
  ["listens_v1_g1", [row("Abba, the\u00007", { shape: "[3,4]" }, ["3"])]],
  ["mood_v1_g1", [row("9", {}, ['"2026-01-01T00:00:00Z"', "0.5", '"sad"', "true", '"1"', "[]"])]],
]);

const open = async (tenant: string | null = null, scopes?: readonly string[]) => {
  const requests: VectorSearch[] = [];
  const failures: unknown[] = [];
  const vectors: VectorStore = {
    async search(search) {
      requests.push(search);
      if (failures.length > 0) throw failures[0];
      return {
        method: "exact",
        hits: [
          { key: search.registered.view.name === "listens" ? "Abba, the\u00007" : "9", distance: 0.25 },
          {
            key: search.registered.view.name === "listens" ? "B\u00008" : "9007199254740993",
            distance: Number.POSITIVE_INFINITY,
          },
        ],
      };
    },
    candidates: () => null,
    tables: async () => [],
  };
  const application = await createTestApp({
    registry: createFakeRegistry(snapshotOf(1, views)),
    onlineStore: createFakeOnlineStore(tables, false),
    vectors,
    clock: () => NOW,
    defaultEntity: "track",
    maxIds: 50,
  });
  const key = await application.keyOf(tenant, scopes);
  const send = async (init: RequestInit) => {
    const response = await application.app.request("/api/embeddings/search", init);
    return { status: response.status, body: JSON.parse(await response.text()) };
  };
  return {
    ...application,
    requests,
    failures,
    post: (body: unknown) => send(withKey(key, body)),
    postText: (text: string) => send({ ...withKey(key, {}), body: text }),
  };
};

const floats = (...numbers: number[]): string => {
  const bytes = Buffer.alloc(4 * numbers.length);
  for (const [index, number] of numbers.entries()) bytes.writeFloatLE(number, 4 * index);
  return bytes.toString("base64");
};

describe("POST /api/embeddings/search", () => {
  test("searches by an id, excludes it, and returns ids in request form", async () => {
    const { post, requests } = await open();
    expect(await post({ embedding: "text.lyrics", id: 7 })).toEqual({
      status: 200,
      body: {
        embedding: "text.lyrics",
        space: "mini",
        dimensions: 2,
        metric: "cosine",
        method: "exact",
        generation: 1,
        hits: [
          { id: 9, score: 0.75, distance: 0.25 },
          { id: "9007199254740993", score: null, distance: null },
        ],
      },
    });
    expect(requests).toMatchObject([
      { vector: "[1,0]", excluded: "7", k: 10, metric: "cosine", table: "text_v1_g1", filter: null },
    ]);
    await post({ embedding: "text.lyrics", id: "7", include_self: true });
    expect(requests[1]).toMatchObject({ excluded: null });
  });

  test("searches by a vector, as numbers or base64, and by another embedding of the space", async () => {
    const { post, requests } = await open();
    await post({ embedding: "sound.timbre", vector: [1, 2.5], k: 3 });
    await post({ embedding: "sound.timbre", vector: floats(1, 2.5), space: "tone" });
    await post({ embedding: "text.lyrics", id: 8, id_embedding: "text.title" });
    await post({ embedding: "text.lyrics", id: { artist: "Abba, the", track_id: 7 }, id_embedding: "listens.shape" });
    expect(requests).toMatchObject([
      { vector: "[1,2.5]", k: 3, metric: "l2", excluded: null },
      { vector: "[1,2.5]", k: 10 },
      { vector: "[1,1]", excluded: "8" },
      { vector: "[0.75,1]", excluded: null },
    ]);
  });

  test("composite ids in hits are objects", async () => {
    const { post } = await open();
    const { body } = await post({ embedding: "listens.shape", vector: [1, 1] });
    expect(body.hits.map(({ id }: { id: unknown }) => id)).toEqual([
      { artist: "Abba, the", track_id: 7 },
      { artist: "B", track_id: 8 },
    ]);
  });

  test("returns features of the hits like a batch", async () => {
    const { post } = await open();
    const { body } = await post({ embedding: "text.lyrics", id: 7, features: ["mood.label", "mood.energy"] });
    expect(body.features).toMatchObject({
      columns: ["mood.label", "mood.energy"],
      rows: [
        ["sad", 0.5],
        [null, null],
      ],
      status: ["complete", "unknown_entity"],
    });
  });

  test("passes a filter's values as typed parameters", async () => {
    const { post, requests } = await open();
    const filter = {
      and: [
        { feature: "mood.plays", op: "gte", value: "9007199254740993" },
        { not: { feature: "mood.at", op: "lt", value: "2026-01-01T01:00:00+01:00" } },
        {
          or: [
            { feature: "mood.label", op: "in", value: ["'; drop", "b"] },
            { feature: "mood.tags", op: "is_null" },
          ],
        },
      ],
    };
    expect((await post({ embedding: "text.lyrics", id: 7, filter })).status).toBe(200);
    expect(requests[0]?.filter).toMatchObject({
      kind: "and",
      filters: [
        {
          kind: "compare",
          comparison: "gte",
          value: "9007199254740993",
          databaseType: "bigint",
          feature: "plays",
          view: 1,
        },
        { kind: "not", filter: { kind: "compare", value: "2026-01-01T00:00:00.000000Z" } },
        {
          kind: "or",
          filters: [
            { kind: "in", values: ["'; drop", "b"] },
            { kind: "is_null", isNull: true },
          ],
        },
      ],
    });
    expect(requests[0]?.filteredViews.map(({ table }) => table)).toEqual(["text_v1_g1", "mood_v1_g1"]);
  });

  test("a tenant searches its own rows", async () => {
    const { post, requests } = await open("acme");
    expect((await post({ embedding: "taste.mix", id: 7 })).status).toBe(200);
    expect(requests[0]).toMatchObject({ scope: "acme", tenantScoped: true });
    const other = await open("zeta");
    expect(await other.post({ embedding: "taste.mix", id: 7 })).toMatchObject({
      status: 404,
      body: { code: "vector_not_found" },
    });
    const none = await open();
    expect(await none.post({ embedding: "taste.mix", vector: [1, 1] })).toMatchObject({
      status: 403,
      body: { code: "tenant_required" },
    });
  });

  test("a key without access to features cannot filter by them", async () => {
    const { post } = await open(null, ["embeddings:read"]);
    expect((await post({ embedding: "text.lyrics", id: 7 })).status).toBe(200);
    for (const extra of [
      { features: ["mood"] },
      { service: "any" },
      { filter: { feature: "mood.label", op: "is_null" } },
    ]) {
      expect(await post({ embedding: "text.lyrics", id: 7, ...extra })).toMatchObject({
        status: 403,
        body: { code: "scope_required" },
      });
    }
  });

  test("reports a store that does not answer", async () => {
    for (const [code, reported, setting] of [
      ["timeout", "store_timeout", "deadlines.read_ms"],
      ["unavailable", "store_unavailable", ""],
      ["overloaded", "overloaded", "database.pool_size"],
      ["gone", "store_unavailable", ""],
    ] as const) {
      const { post, failures } = await open();
      failures.push(new OnlineStoreError(code, "as the test wants it"));
      expect(await post({ embedding: "text.lyrics", id: 7 })).toMatchObject({
        status: 503,
        body: { code: reported, detail: expect.stringContaining(setting) },
      });
    }
  });

  const by = { embedding: "text.lyrics", id: 7 };
  const condition = (parts: object) => ({ ...by, filter: { feature: "mood.energy", op: "eq", value: 1, ...parts } });
  let deep: object = { feature: "mood.energy", op: "is_null" };
  for (let level = 0; level < 20; level++) deep = { not: deep };
  const refused: readonly (readonly [name: string, body: unknown, status: number, code: string, path?: string])[] = [
    ["no embedding", { id: 7 }, 400, "invalid_body", "embedding"],
    ["a feature that is none", { embedding: "mood.label", id: 7 }, 404, "embedding_not_found"],
    ["an unknown view", { embedding: "txt.lyrics", id: 7 }, 404, "feature_view_not_found"],
    ["a view without a generation", { embedding: "fresh.shape", id: 7 }, 503, "view_not_materialized"],
    ["neither id nor vector", { embedding: "text.lyrics" }, 400, "invalid_body", "vector"],
    ["both", { ...by, vector: [1, 2] }, 400, "invalid_body", "vector"],
    [
      "a vector of an embedding",
      { embedding: "text.lyrics", vector: [1, 2], id_embedding: "text.title" },
      400,
      "invalid_body",
      "id_embedding",
    ],
    ["an id of the wrong form", { ...by, id: "x" }, 400, "id_invalid", "id"],
    ["an unknown id", { ...by, id: 404 }, 404, "vector_not_found", "id"],
    ["an id whose vector is zeros", { ...by, id: 8 }, 400, "vector_zero", "vector"],
    ["k of 0", { ...by, k: 0 }, 400, "invalid_body", "k"],
    ["k of 1001", { ...by, k: 1001 }, 400, "invalid_body", "k"],
    ["k of a half", { ...by, k: 1.5 }, 400, "invalid_body", "k"],
    ["more hits with features than a batch has", { ...by, k: 51, features: ["mood"] }, 400, "invalid_body", "k"],
    ["other dimensions", { embedding: "text.lyrics", vector: [1, 2, 3] }, 400, "vector_dimensions", "vector"],
    ["no vector", { embedding: "text.lyrics", vector: null }, 400, "vector_invalid", "vector"],
    ["a text among the numbers", { embedding: "text.lyrics", vector: [1, "2"] }, 400, "vector_invalid", "vector[1]"],
    ["more than float32 holds", { embedding: "text.lyrics", vector: [1, 1e39] }, 400, "vector_invalid", "vector[1]"],
    ["no base64", { embedding: "text.lyrics", vector: "§§" }, 400, "vector_invalid", "vector"],
    ["part of a number", { embedding: "text.lyrics", vector: "AAAA" }, 400, "vector_invalid", "vector"],
    ["NaN in base64", { embedding: "text.lyrics", vector: floats(1, Number.NaN) }, 400, "vector_invalid", "vector[1]"],
    ["zeros under cosine", { embedding: "text.lyrics", vector: [0, 1e-60] }, 400, "vector_zero", "vector"],
    ["another space", { ...by, space: "tone" }, 400, "vector_space", "space"],
    [
      "an id's embedding of another space",
      { ...by, id_embedding: "sound.timbre" },
      400,
      "vector_space",
      "id_embedding",
    ],
    [
      "an id's embedding of other dimensions",
      { ...by, id_embedding: "long.lyrics" },
      400,
      "vector_dimensions",
      "id_embedding",
    ],
    ["another metric", { ...by, metric: "hamming" }, 400, "invalid_body", "metric"],
    ["another entity", { ...by, entity: "play" }, 400, "mixed_entities"],
    ["an unknown entity", { ...by, entity: "artist" }, 404, "entity_not_found"],
    ["an empty entity", { ...by, entity: "" }, 400, "invalid_body", "entity"],
    ["features of another entity", { ...by, features: ["listens"] }, 400, "mixed_entities"],
    ["unknown features", { ...by, features: ["mood.x"] }, 404, "feature_not_found"],
    ["features that are no list", { ...by, features: "mood" }, 400, "invalid_body", "features"],
    ["a flag that is none", { ...by, include_self: 1 }, 400, "invalid_body", "include_self"],
    ["an unknown member", { ...by, top: 3 }, 400, "invalid_body", "top"],
    ["a filter that is none", { ...by, filter: [] }, 400, "filter_invalid", "filter"],
    ["an empty filter", { ...by, filter: {} }, 400, "filter_invalid", "filter"],
    ["and with something beside it", { ...by, filter: { and: [], op: "eq" } }, 400, "filter_invalid", "filter"],
    ["an empty and", { ...by, filter: { and: [] } }, 400, "filter_invalid", "filter.and"],
    ["or that is no list", { ...by, filter: { or: {} } }, 400, "filter_invalid", "filter.or"],
    ["too deep a filter", { ...by, filter: deep }, 400, "filter_invalid"],
    ["an unknown feature", condition({ feature: "mood.enrgy" }), 404, "feature_not_found", "filter.feature"],
    [
      "an unknown view in it",
      { ...by, filter: { not: { feature: "mod.x", op: "is_null" } } },
      404,
      "feature_view_not_found",
      "filter.not.feature",
    ],
    ["a view alone", condition({ feature: "mood" }), 400, "filter_invalid", "filter.feature"],
    ["a feature of another entity", condition({ feature: "listens.count" }), 400, "mixed_entities", "filter.feature"],
    ["an unknown operation", condition({ op: "like" }), 400, "filter_invalid", "filter.op"],
    ["le, which is lte", condition({ op: "le" }), 400, "filter_invalid", "filter.op"],
    ["no value", condition({ value: undefined }), 400, "filter_invalid", "filter.value"],
    ["null", condition({ value: null }), 400, "filter_invalid", "filter.value"],
    ["a value of the wrong type", condition({ value: "1" }), 400, "filter_invalid", "filter.value"],
    ["a value in a list", condition({ op: "in", value: [1, "x"] }), 400, "filter_invalid", "filter.value[1]"],
    ["an empty list", condition({ op: "in", value: [] }), 400, "filter_invalid", "filter.value"],
    ["an inexact integer", condition({ feature: "mood.plays", value: 1.5 }), 400, "filter_invalid", "filter.value"],
    [
      "a time without a zone",
      condition({ feature: "mood.at", value: "2026-01-01T00:00:00" }),
      400,
      "filter_invalid",
      "filter.value",
    ],
    ["less than true", condition({ feature: "mood.on", op: "lt", value: true }), 400, "filter_invalid", "filter.op"],
    ["a list's value", condition({ feature: "mood.tags", value: "a" }), 400, "filter_invalid", "filter.op"],
    ["is_null of a number", condition({ op: "is_null", value: 1 }), 400, "filter_invalid", "filter.value"],
  ];
  for (const [name, body, status, code, path] of refused) {
    test(`rejects ${name}`, async () => {
      const { post, faults } = await open();
      const answer = await post(body);
      expect(answer, JSON.stringify(answer.body)).toMatchObject({ status, body: { code } });
      if (path !== undefined) expect(answer.body.errors[0]).toMatchObject({ path });
      expect(faults).toEqual([]);
    });
  }

  for (const text of [
    '{"embedding":"text.lyrics","vector":[NaN,1]}',
    "{",
    '{"embedding":"text.lyrics","id":7,"filter":{"and":[}}',
    "[]",
    "7",
  ]) {
    test(`rejects ${text}`, async () => {
      const { postText, faults } = await open();
      const { status, body } = await postText(text);
      expect([status, body.code]).toEqual([
        400,
        text === "[]" || text === "7" ? "invalid_body" : expect.stringMatching(/^(invalid_json|filter_invalid)$/),
      ]);
      expect(faults).toEqual([]);
    });
  }

  test("no body gives a 5xx", { timeout: 60_000 }, async () => {
    const { app, keyOf, faults } = await open("acme");
    const key = await keyOf("acme");
    const json = fc.jsonValue({ maxDepth: 2 });
    const node = fc.letrec<{ filter: unknown }>((tie) => ({
      filter: fc.oneof(
        { maxDepth: 3 },
        fc.record({
          feature: fc.oneof(
            fc.constantFrom("mood.energy", "mood.label", "mood.plays", "mood.at", "mood.on", "mood.tags"),
            json,
          ),
          op: fc.oneof(fc.constantFrom("eq", "lt", "in", "is_null"), json),
          value: fc.oneof(fc.constantFrom("1", 1, "2026-01-01T00:00:00Z", ["a"], true), json),
        }),
        fc.record({ and: fc.array(tie("filter"), { maxLength: 2 }) }),
        fc.record({ not: tie("filter") }),
        json,
      ),
    })).filter;
    const member = (...values: unknown[]) => fc.oneof(fc.constantFrom(...values), json);
    const body = fc.oneof(
      fc.string({ unit: "binary", maxLength: 40 }),
      fc
        .record(
          {
            embedding: fc.oneof(
              { weight: 5, arbitrary: fc.constantFrom("text.lyrics", "taste.mix", "listens.shape") },
              json,
            ),
            ids: member([7, "8"], [{ artist: "a", track_id: 1 }]),
            id: member(7, "8"),
            id_embedding: member("text.title"),
            vector: member([1, 2], floats(1, 2)),
            space: member("mini"),
            k: member(1, 1000),
            metric: member("l2"),
            filter: node,
            features: member(["mood"]),
            format: member("base64"),
          },
          { requiredKeys: ["embedding"] },
        )
        .map((value) => JSON.stringify(value)),
      // A valid body with one character changed.
      fc.tuple(fc.nat(110), fc.string({ unit: "binary", maxLength: 2 })).map(([at, text]) => {
        const valid =
          '{"embedding":"text.lyrics","id":7,"k":3,"filter":{"feature":"mood.plays","op":"in","value":["1",2]}}';
        return valid.slice(0, at) + text + valid.slice(at + 1);
      }),
    );
    await fc.assert(
      fc.asyncProperty(body, fc.constantFrom("search", "batch"), async (text, operation) => {
        const response = await app.request(`/api/embeddings/${operation}`, {
          method: "POST",
          headers: { "x-api-key": key, "content-type": "application/json" },
          body: text,
        });
        const answer: unknown = JSON.parse(await response.text());
        expect(response.status, JSON.stringify(answer)).toBeLessThan(500);
        // Only valid JSON is accepted.
        if (response.status === 200) JSON.parse(text);
        expect(faults).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });
});

import { describe, expect, test } from "vitest";
import { createFakeOnlineStore, type FakeTables } from "../../helpers/fake-online-store";
import { createFakeRegistry, play, registered, snapshotOf } from "../../helpers/serving-fixture";
import { createTestApp, withKey } from "../../helpers/test-app";

const NOW = 1_767_225_600_000_000;
const DAY = 86_400_000_000;

const row = (key: string, vectors: Readonly<Record<string, string>>, age = DAY, scope = "") => ({
  scope,
  key,
  eventTime: NOW - age,
  values: [],
  vectors,
});

const views = [
  registered({ name: "text", features: { lyrics: "vector(3)", title: "vector(2)" } }),
  registered({ name: "sound", features: { timbre: "vector(2)" }, ttlSeconds: 2 * 86_400 }),
  registered({ name: "taste", features: { mix: "vector(2)" }, tenant: "tenant_id" }),
  registered({ name: "listens", entity: play, features: { shape: "vector(2)" } }),
  registered({ name: "mood", features: { energy: "float64" } }),
];

const tables: FakeTables = new Map([
  [
    "text_v1_g1",
    [row("7", { lyrics: "[0.1,0.2,0.3]", title: "[1,0]" }), row("8", { lyrics: "[1,2,3]", title: "[0,1]" })],
  ],
  ["sound_v1_g1", [row("7", { timbre: "[5,6]" }), row("8", { timbre: "[7,8]" }, 3 * DAY)]],
  ["taste_v1_g1", [row("7", { mix: "[1,1]" }, DAY, "acme"), row("7", { mix: "[2,2]" }, DAY, "zeta")]],
  ["listens_v1_g1", [row("Abba, the\u00007", { shape: "[3,4]" })]],
]);

const open = async (tenant: string | null = null) => {
  const application = await createTestApp({
    registry: createFakeRegistry(snapshotOf(1, views)),
    onlineStore: createFakeOnlineStore(tables, false),
    clock: () => NOW,
    defaultEntity: "track",
    maxIds: 5,
  });
  const key = await application.keyOf(tenant);
  const answerOf = async (response: Response) => ({
    status: response.status,
    body: JSON.parse(await response.text()),
  });
  return {
    ...application,
    get: async (path: string) => answerOf(await application.app.request(path, withKey(key))),
    post: async (body: unknown) => answerOf(await application.app.request("/api/embeddings/batch", withKey(key, body))),
  };
};

/** Decodes little-endian float32, as any client can. */
const floats = (base64: string): number[] => {
  const bytes = Buffer.from(base64, "base64");
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(4 * index));
};

describe("POST /api/embeddings/batch", () => {
  test("keeps order and repeats, and an unknown id is not an error", async () => {
    const { post } = await open();
    expect(await post({ ids: [8, 404, 7, "8"], embedding: "text.lyrics" })).toEqual({
      status: 200,
      body: {
        ids: [8, 404, 7, "8"],
        embeddings: {
          "text.lyrics": {
            space: "mini",
            dimensions: 3,
            metric: "cosine",
            vectors: [[1, 2, 3], null, [0.1, 0.2, 0.3], [1, 2, 3]],
          },
        },
        status: ["complete", "unknown_entity", "complete", "complete"],
        views: ["text"],
        statuses: [["complete"], ["unknown_entity"], ["complete"], ["complete"]],
      },
    });
  });

  test("reads several embeddings of several views, each with its status", async () => {
    const { post } = await open();
    const { body } = await post({ ids: [7, 8], embedding: ["sound.timbre", "text.title", "sound.timbre"] });
    expect(body).toMatchObject({
      embeddings: {
        "sound.timbre": { vectors: [[5, 6], null] },
        "text.title": {
          vectors: [
            [1, 0],
            [0, 1],
          ],
        },
      },
      status: ["complete", "partial"],
      views: ["sound", "text"],
      statuses: [
        ["complete", "complete"],
        ["expired", "complete"],
      ],
    });
  });

  test("base64 is little-endian float32, of a batch as of a single read", async () => {
    const { get, post } = await open();
    const { body } = await post({ ids: [7, 9], embedding: "text.lyrics", format: "base64" });
    const [vector, unknown] = body.embeddings["text.lyrics"].vectors;
    expect(floats(vector)).toEqual([0.1, 0.2, 0.3].map(Math.fround));
    expect(unknown).toBeNull();
    const single = await get("/api/embeddings/7?embedding=text.lyrics&format=base64");
    expect(single.body.embeddings["text.lyrics"].vector).toBe(vector);
    expect(
      (await get("/api/embeddings/7?embedding=text.title&format=json")).body.embeddings["text.title"].vector,
    ).toEqual([1, 0]);
  });

  test("composite ids are objects", async () => {
    const { post } = await open();
    const ids = [{ track_id: 7, artist: "Abba, the" }];
    expect((await post({ ids, embedding: "listens.shape" })).body).toMatchObject({
      ids,
      embeddings: { "listens.shape": { vectors: [[3, 4]] } },
      status: ["complete"],
    });
  });

  test("a tenant reads its own vectors", async () => {
    for (const [tenant, vector] of [
      ["acme", [1, 1]],
      ["zeta", [2, 2]],
      ["nobody", null],
    ] as const) {
      const { post } = await open(tenant);
      const { body } = await post({ ids: [7], embedding: "taste.mix" });
      expect(body.embeddings["taste.mix"].vectors).toEqual([vector]);
    }
    const { post } = await open();
    expect(await post({ ids: [7], embedding: "taste.mix" })).toMatchObject({
      status: 403,
      body: { code: "tenant_required" },
    });
  });

  const refused: readonly (readonly [name: string, body: unknown, status: number, code: string, path?: string])[] = [
    ["no ids", { embedding: "text.lyrics" }, 400, "invalid_body", "ids"],
    ["empty ids", { ids: [] }, 400, "ids_empty", "ids"],
    ["ids that are no array", { ids: "7" }, 400, "invalid_body", "ids"],
    ["too many ids", { ids: [1, 2, 3, 4, 5, 6] }, 400, "too_many_ids", "ids"],
    ["an id of the wrong form", { ids: [7, "x"], embedding: "text.lyrics" }, 400, "id_invalid", "ids[1]"],
    ["an unknown member", { ids: [7], features: ["text"] }, 400, "invalid_body", "features"],
    ["no embedding", { ids: [7], embedding: "mood.energy" }, 404, "embedding_not_found"],
    ["an unknown view", { ids: [7], embedding: ["txt.lyrics"] }, 404, "feature_view_not_found"],
    ["an empty choice", { ids: [7], embedding: [] }, 400, "invalid_body", "embedding"],
    ["a view without its feature", { ids: [7], embedding: "text" }, 400, "invalid_selection"],
    ["another format", { ids: [7], format: "arrow" }, 400, "invalid_body", "format"],
    ["two entities", { ids: [7], embedding: ["text.lyrics", "listens.shape"] }, 400, "mixed_entities"],
    ["another entity", { ids: [7], embedding: "text.lyrics", entity: "play" }, 400, "mixed_entities"],
    ["an array", [7], 400, "invalid_body", "body"],
  ];
  for (const [name, body, status, code, path] of refused) {
    test(`rejects ${name}`, async () => {
      const { post, faults } = await open();
      const answer = await post(body);
      expect(answer).toMatchObject({ status, body: { code } });
      if (path !== undefined) expect(answer.body.errors[0]).toMatchObject({ path });
      expect(faults).toEqual([]);
    });
  }

  test("rejects an unknown format of a single read", async () => {
    const { get } = await open();
    expect(await get("/api/embeddings/7?format=arrow")).toMatchObject({
      status: 400,
      body: { code: "invalid_parameter", errors: [{ path: "query.format" }] },
    });
  });
});

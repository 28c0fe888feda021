import type {
  ComputedFeature,
  Entity,
  Expression,
  FeatureService,
  ServiceInput,
  ValueType,
} from "@featstore/definitions/compiler";
import { describe, expect, test } from "vitest";
import { OnlineStoreError } from "../../../src/serving/online-store/online-store";
import type { LoadedRow } from "../../../src/serving/online-store/packed-rows";
import { createFakeOnlineStore, type FakeTables } from "../../helpers/fake-online-store";
import { createFakeRegistry, emptyContract, registered, service, snapshotOf } from "../../helpers/serving-fixture";
import { createTestApp, withKey } from "../../helpers/test-app";

const NOW = 1_767_225_600_000_000;
const DAY = 86_400_000_000;

const artist: Entity = {
  kind: "entity",
  name: "artist",
  key: [{ name: "artist", type: "string" }],
  population: null,
  description: null,
};

const album: Entity = { ...artist, name: "album", key: [{ name: "album_id", type: "int64" }] };

const row = (key: string, values: readonly string[], eventTime: number | null = NOW - DAY, scope = ""): LoadedRow => ({
  scope,
  key,
  eventTime,
  values,
});

const column = (name: string, type: ValueType): Expression => ({ kind: "column", name, type, nullable: true });
const plus = (left: Expression, right: Expression): Expression => ({ kind: "arithmetic", operator: "+", left, right });

const computed = (
  name: string,
  type: ValueType,
  expression: Expression,
  fallback?: ComputedFeature["default"],
): ComputedFeature => ({
  name,
  type,
  expression,
  nullable: true,
  ...(fallback === undefined ? {} : { default: fallback }),
  contract: emptyContract,
});

const input = (name: string, type: ServiceInput["type"], nullable = false): ServiceInput => ({
  name,
  type,
  nullable,
  description: null,
});

const views = [
  registered({
    name: "profile",
    features: { artist: "string", plays: "int64", price: "decimal" },
    defaults: { plays: "-1" },
  }),
  registered({
    name: "mood",
    features: { energy: "float64", label: "string" },
    defaults: { label: "none" },
    ttlSeconds: 2 * 86_400,
  }),
  registered({ name: "text", features: { lyrics: "vector(2)" } }),
  registered({
    name: "fame",
    entity: artist,
    features: { fans: "int32", land: "string" },
    defaults: { land: "?" },
    ttlSeconds: 5 * 86_400,
  }),
  registered({
    name: "issue",
    features: { album: "int64", singer: "string" },
    defaults: { singer: "Abba" },
    ttlSeconds: 2 * 86_400,
  }),
  registered({ name: "cover", entity: album, features: { color: "string", art: "vector(2)" } }),
  registered({ name: "seen", features: { last_seen: "timestamp" } }),
  registered({ name: "secret", entity: artist, features: { rank: "int32" }, tenant: "tenant_id" }),
];

const tables: FakeTables = new Map([
  [
    "profile_v1_g1",
    [
      row("7", ['"Abba"', '"9007199254740993"', '"1.50"']),
      row("8", ['"Nobody"', "null", "null"]),
      row("9", ["null", '"3"', '"0.10"']),
      row("11", ['"Old"', '"4"', '"2"']),
    ],
  ],
  ["mood_v1_g1", [row("7", ["0.5", '"glad"']), row("8", ["0.1", '"sad"'], NOW - 3 * DAY), row("9", ["null", "null"])]],
  ["text_v1_g1", [{ ...row("7", []), vectors: { lyrics: "[0.6,0.8]" } }]],
  ["fame_v1_g1", [row("Abba", ["12", '"SE"']), row("Old", ["1", "null"], NOW - 9 * DAY), row("?", ["77", '"??"'])]],
  [
    "issue_v1_g1",
    [
      row("7", ['"9007199254740993"', '"Old"']),
      row("8", ['"9007199254740993"', "null"]),
      row("9", ['"9007199254740993"', '"Nobody"'], NOW - 3 * DAY),
      row("11", ['"5"', '"Nobody"']),
    ],
  ],
  ["cover_v1_g1", [{ ...row("9007199254740993", ['"red"']), vectors: { art: "[3,4]" } }]],
  ["seen_v1_g1", [row("7", ['"2025-12-31T23:59:59.999999Z"']), row("8", ["null"])]],
  ["secret_v1_g1", [row("Abba", ["1"], NOW, "a"), row("Abba", ["2"], NOW, "b"), row("Nobody", ["3"], NOW, "b")]],
]);

const artistKey = { view: "profile", version: 1, feature: "artist" };
const ranker: FeatureService = {
  ...service("ranker", 1, "track", [
    ["mood", 1, "energy"],
    ["profile", 1, "plays"],
    ["mood", 1, "label"],
  ]),
  inputs: [input("more", "int64"), input("word", "string", true)],
  computed: [
    computed("sum", "int64", plus(column("profile.plays", "int64"), column("input.more", "int64"))),
    computed("energy_2", "float64", plus(column("mood.energy", "float64"), column("mood.energy", "float64")), 0.25),
    computed("shout", "string", {
      kind: "string_function",
      name: "concat",
      operands: [column("mood.label", "string"), column("input.word", "string")],
    }),
  ],
};
const famous: FeatureService = {
  ...service("famous", 1, "track", [["profile", 1, "plays"]]),
  features: [
    { view: "profile", version: 1, feature: "plays" },
    { view: "fame", version: 1, feature: "fans", through: artistKey },
    { view: "fame", version: 1, feature: "land", through: artistKey },
  ],
  computed: [computed("more_fans", "int32", plus(column("fame.fans", "int32"), column("fame.fans", "int32")))],
};
const ranked: FeatureService = {
  ...service("ranked", 1, "track", []),
  features: [{ view: "secret", version: 1, feature: "rank", through: artistKey }],
};
const issueKey = (feature: string) => ({ view: "issue", version: 1, feature });
const covered: FeatureService = {
  ...service("covered", 1, "track", []),
  features: [
    { view: "cover", version: 1, feature: "color", through: issueKey("album") },
    { view: "cover", version: 1, feature: "art", through: issueKey("album") },
    { view: "fame", version: 1, feature: "fans", through: issueKey("singer") },
  ],
};
const similar: FeatureService = {
  ...service("similar", 1, "track", [["text", 1, "lyrics"]]),
  inputs: [input("query", "vector(2)"), input("boost", "float64")],
  computed: [
    computed("similarity", "float64", {
      kind: "vector_function",
      name: "cosine_similarity",
      left: column("text.lyrics", "vector(2)"),
      right: column("input.query", "vector(2)"),
    }),
    computed("boost_2", "float64", plus(column("input.boost", "float64"), column("input.boost", "float64"))),
  ],
};
/** Uses the as-of time but no request inputs. */
const waiting: FeatureService = {
  ...service("waiting", 1, "track", []),
  features: [
    { view: "profile", version: 1, feature: "plays" },
    { view: "seen", version: 1, feature: "last_seen" },
  ],
  computed: [
    computed(
      "seconds",
      "float64",
      {
        kind: "time_between",
        unit: "seconds",
        start: column("seen.last_seen", "timestamp"),
        end: { kind: "column", name: "as_of", type: "timestamp", nullable: false },
      },
      -1,
    ),
    computed("moment", "timestamp", { kind: "column", name: "as_of", type: "timestamp", nullable: false }),
  ],
};
const services = [ranker, famous, ranked, covered, similar, waiting];

const json = (value: unknown) => encodeURIComponent(JSON.stringify(value));

for (const held of [true, false]) {
  describe(held ? "rows held by the process" : "rows that are waited for", () => {
    const open = async (tenant: string | null = null, now = () => NOW) => {
      const onlineStore = createFakeOnlineStore(tables, held);
      const test = await createTestApp({
        registry: createFakeRegistry(snapshotOf(1, views, services)),
        onlineStore,
        clock: now,
        defaultEntity: "track",
        cacheBytes: 1e6,
      });
      const key = await test.keyOf(tenant);
      const get = async (path: string) => {
        const response = await test.app.request(path, withKey(key));
        const text = await response.text();
        return { status: response.status, tag: response.headers.get("etag"), text, body: JSON.parse(text) };
      };
      const post = async (body: unknown) => {
        const response = await test.app.request("/api/features/batch", withKey(key, body));
        const text = await response.text();
        return { status: response.status, text, body: JSON.parse(text) };
      };
      return { ...test, onlineStore, get, post };
    };

    test("a default replaces null, missing, expired and unknown values, and the status stays", async () => {
      const { get, post } = await open();
      expect((await get("/api/features/8?features=profile,mood&metadata=true")).body).toMatchObject({
        features: {
          profile: { artist: "Nobody", plays: "-1", price: null },
          mood: { energy: null, label: "none" },
        },
        status: "partial",
        views: { profile: "complete", mood: "expired" },
        metadata: { profile: { defaulted: ["plays"] }, mood: { defaulted: ["label"] } },
      });
      expect((await get("/api/features/12345?features=profile")).text).toBe(
        '{"track_id":12345,"features":{"profile":{"artist":null,"plays":"-1","price":null}},' +
          '"status":"unknown_entity","views":{"profile":"unknown_entity"}}',
      );
      const { body } = await post({ ids: [9, 7, 8, 1, 9], features: ["profile", "mood"] });
      expect(body.rows).toEqual([
        [null, "3", "0.10", null, "none"],
        ["Abba", "9007199254740993", "1.50", 0.5, "glad"],
        ["Nobody", "-1", null, null, "none"],
        [null, "-1", null, null, "none"],
        [null, "3", "0.10", null, "none"],
      ]);
      expect(body.status).toEqual(["complete", "complete", "partial", "unknown_entity", "complete"]);
    });

    test("metadata lists defaulted features only for views with defaults", async () => {
      const { get } = await open();
      const { body } = await get("/api/features/7?features=profile,text.lyrics&metadata=true");
      expect(body.metadata.profile.defaulted).toEqual([]);
      expect(body.metadata.text).not.toHaveProperty("defaulted");
    });

    test("computed features are under computed, from exact values", async () => {
      const { get } = await open();
      const { text } = await get(
        `/api/features/7?service=ranker&inputs=${json({ more: "9007199254740993", word: "!" })}`,
      );
      expect(text).toBe(
        '{"track_id":7,"features":{"mood":{"energy":0.5,"label":"glad"},"profile":{"plays":"9007199254740993"},' +
          '"computed":{"sum":"18014398509481986","energy_2":1,"shout":"glad!"}},' +
          '"status":"complete","views":{"mood":"complete","profile":"complete"}}',
      );
    });

    test("expressions read stored nulls or their defaults, and metadata has types and defaults", async () => {
      const { get } = await open();
      const { body } = await get(`/api/features/8?service=ranker&metadata=true&inputs=${json({ more: 3 })}`);
      expect(body.features.computed).toEqual({ sum: "2", energy_2: 0.25, shout: null });
      expect(body.metadata.computed).toEqual({
        service: "ranker@1",
        types: { sum: "int64", energy_2: "float64", shout: "string" },
        defaulted: ["energy_2"],
      });
      const unknown = await get(`/api/features/12345?service=ranker&inputs=${json({ more: 3, word: "?" })}`);
      expect(unknown.body).toMatchObject({
        features: { computed: { sum: "2", energy_2: 0.25, shout: "none?" } },
        status: "unknown_entity",
      });
    });

    test("a batch keeps order and repeats, with inputs for all rows and per row", async () => {
      const { post } = await open();
      const { body } = await post({
        ids: [8, 7, 7],
        service: "ranker",
        inputs: { more: 1, word: "." },
        inputs_by_row: [{}, { more: 2 }, { word: null }],
      });
      expect(body.columns).toEqual([
        "mood.energy",
        "profile.plays",
        "mood.label",
        "computed.sum",
        "computed.energy_2",
        "computed.shout",
      ]);
      expect(body.rows).toEqual([
        [null, "-1", "none", "0", 0.25, "none."],
        [0.5, "9007199254740993", "glad", "9007199254740995", 1, "glad."],
        [0.5, "9007199254740993", "glad", "9007199254740994", 1, null],
      ]);
    });

    test("answers depend on their inputs, not on earlier requests", async () => {
      const { get, post } = await open();
      for (const more of ["1", "2", "1"]) {
        const { body, tag } = await get(`/api/features/9?inputs=${json({ more })}&service=ranker`);
        expect(tag).toMatch(/^"/);
        expect(body.features.computed.sum).toBe(String(3 + Number(more)));
        const batch = await post({ ids: [9], service: "ranker", inputs: { more } });
        expect(batch.body.rows[0][3]).toBe(String(3 + Number(more)));
      }
    });

    test("the as-of time is the time of the read, the same for a batch, and answers are not cached", async () => {
      let now = NOW - 1;
      const { get, post } = await open(null, () => (now += 1));
      const path = "/api/features/7?service=waiting&metadata=true";
      expect((await get(path)).body).toMatchObject({
        features: { computed: { seconds: 0.000001, moment: "2026-01-01T00:00:00.000000Z" } },
        metadata: { computed: { as_of: "2026-01-01T00:00:00.000000Z" } },
      });
      expect((await get(path)).body.features.computed.seconds).toBe(0.000002);
      expect((await get("/api/features/7?service=waiting")).tag).toBeNull();
      for (const micros of [4, 5]) {
        const { body } = await post({ ids: [7, 8, 7, 404], service: "waiting", features: ["computed"] });
        const moment = `2026-01-01T00:00:00.00000${micros - 1}Z`;
        expect(body.rows).toEqual([
          [micros / 1e6, moment],
          [-1, moment],
          [micros / 1e6, moment],
          [-1, moment],
        ]);
      }
      const stored = (await get("/api/features/7?service=waiting&features=profile,computed.seconds")).body;
      expect(stored.features).toEqual({ profile: { plays: "9007199254740993" }, computed: { seconds: 0.000006 } });
    });

    test("a part of a service reads its dependencies without returning them", async () => {
      const { get, post } = await open();
      const one = await get(
        `/api/features/7?service=similar&features=computed.similarity&inputs=${json({ query: [3, 4] })}`,
      );
      expect(one.body.features).toEqual({ computed: { similarity: 1 } });
      expect(one.body.views).toEqual({ text: "complete" });
      const many = await post({
        ids: [7, 8],
        service: "similar",
        features: ["computed.similarity"],
        inputs: { query: [-0.8, 0.6] },
      });
      expect(many.body).toMatchObject({ columns: ["computed.similarity"], status: ["complete", "unknown_entity"] });
      expect(many.body.rows[0][0]).toBeCloseTo(0, 6);
      expect(many.body.rows[1]).toEqual([null]);
      const both = await get(
        `/api/features/7?service=ranker&features=mood.label,computed.sum&inputs=${json({ more: 0 })}`,
      );
      expect(both.body.features).toEqual({ mood: { label: "glad" }, computed: { sum: "9007199254740993" } });
      const alone = await get(
        `/api/features/7?service=similar&features=computed.boost_2&inputs=${json({ boost: 1.5 })}`,
      );
      expect(alone.body).toMatchObject({ features: { computed: { boost_2: 3 } }, status: "complete" });
    });

    test("reads another entity's view by the key in a feature", async () => {
      const { get, post } = await open();
      const { text } = await get("/api/features/7?service=famous");
      expect(text).toBe(
        '{"track_id":7,"features":{"profile":{"plays":"9007199254740993"},"fame":{"fans":12,"land":"SE"},' +
          '"computed":{"more_fans":24}},"status":"complete","views":{"profile":"complete","fame":"complete"}}',
      );
      const { body } = await post({ ids: [9, 7, 8, 11, 1, 7], service: "famous" });
      expect(body.columns).toEqual(["profile.plays", "fame.fans", "fame.land", "computed.more_fans"]);
      expect(body.rows).toEqual([
        ["3", null, "?", null],
        ["9007199254740993", 12, "SE", 24],
        ["-1", null, "?", null],
        ["4", null, "?", null],
        ["-1", null, "?", null],
        ["9007199254740993", 12, "SE", 24],
      ]);
      expect(body.views).toEqual(["profile", "fame"]);
      expect(body.statuses).toEqual([
        ["complete", "missing"],
        ["complete", "complete"],
        ["complete", "missing"],
        ["complete", "expired"],
        ["unknown_entity", "unknown_entity"],
        ["complete", "complete"],
      ]);
    });

    test("supports keys of any type, vectors behind keys, and default keys", async () => {
      const { get, post } = await open();
      const { body } = await post({ ids: [8, 7, 9, 11, 1], service: "covered" });
      expect(body.columns).toEqual(["cover.color", "cover.art", "fame.fans"]);
      expect(body.rows).toEqual([
        ["red", [3, 4], 12],
        ["red", [3, 4], null],
        [null, null, 12],
        [null, null, null],
        [null, null, 12],
      ]);
      expect(body.views).toEqual(["cover", "fame", "issue"]);
      // The entity of a default key does not affect the requested entity's status.
      expect(body.statuses).toEqual([
        ["complete", "complete", "complete"],
        ["complete", "expired", "complete"],
        ["missing", "complete", "expired"],
        ["missing", "missing", "complete"],
        ["unknown_entity", "complete", "unknown_entity"],
      ]);
      const { text } = await get("/api/features/8?service=covered");
      expect(text).toBe(
        '{"track_id":8,"features":{"cover":{"color":"red","art":[3,4]},"fame":{"fans":12}},' +
          '"status":"complete","views":{"cover":"complete","fame":"complete","issue":"complete"}}',
      );
    });

    test("tenants stay separate through foreign keys", async () => {
      const none = await open();
      expect(await none.get("/api/features/7?service=ranked")).toMatchObject({
        status: 403,
        body: { code: "tenant_required" },
      });
      for (const [tenant, ranks] of [
        ["a", [1, null]],
        ["b", [2, 3]],
        ["c", [null, null]],
      ] as const) {
        const { get, post } = await open(tenant);
        expect((await get("/api/features/7?service=ranked")).body.features.secret.rank).toBe(ranks[0]);
        const { body } = await post({ ids: [7, 8], service: "ranked" });
        expect(body.rows.flat()).toEqual(ranks);
      }
    });

    test("the registry's documents list inputs, computed features, keys and defaults", async () => {
      const { get } = await open();
      const { body } = await get("/api/feature-services/ranker");
      expect(body.versions[0]).toMatchObject({
        inputs: [
          { name: "more", type: "int64", nullable: false, description: null },
          { name: "word", type: "string", nullable: true, description: null },
        ],
        computed: [{ name: "sum", type: "int64" }, { name: "energy_2", default: 0.25 }, { name: "shout" }],
        through: {},
      });
      const response = await get("/api/feature-services/famous");
      expect(response.body.versions[0].through).toEqual({
        "fame@1.fans": "profile@1.artist",
        "fame@1.land": "profile@1.artist",
      });
      const view = await get("/api/feature-views/profile/versions/1");
      expect(view.body.features.find(({ name }: { name: string }) => name === "plays").default).toBe("-1");
      const schema = await get("/api/feature-views/profile/versions/1/schema");
      expect(schema.body.properties.features.properties.plays).toMatchObject({ default: "-1" });
      expect(JSON.stringify(schema.body.properties.features.properties.plays)).not.toContain("null");
    });

    if (held) return;

    test("an answer uses one generation of each view, even during a publication", async () => {
      const registry = createFakeRegistry(snapshotOf(1, views, services));
      const newer = registered({
        name: "fame",
        entity: artist,
        features: { fans: "int32", land: "string" },
        generation: 2,
      });
      const store = createFakeOnlineStore(new Map([...tables, ["fame_v1_g2", [row("Abba", ["99", '"XX"'])]]]), held);
      await store.follow?.([...views, newer]);
      const onlineStore = {
        ...store,
        // Earlier generations are kept for a while.
        follow: async () => undefined,
        async read(request: Parameters<typeof store.read>[0]) {
          const rows = await store.read(request);
          if (request.table === "profile_v1_g1") {
            registry.publish(snapshotOf(2, [...views.filter(({ view }) => view.name !== "fame"), newer], services));
            await opened.registry.refresh();
          }
          return rows;
        },
      };
      const opened = await createTestApp({ registry, onlineStore, clock: () => NOW, defaultEntity: "track" });
      const key = await opened.keyOf();
      const fans = async () => {
        const response = await opened.app.request(
          "/api/features/batch",
          withKey(key, { ids: [7, 7], service: "famous" }),
        );
        const body = (await response.json()) as { rows: readonly (readonly unknown[])[] };
        return body.rows.map((values) => values[1]);
      };
      expect(await fans()).toEqual([12, 12]);
      expect(await fans()).toEqual([99, 99]);
    });

    test("a slow view of another entity times out alone", async () => {
      const { get, onlineStore } = await open();
      onlineStore.failures.set("fame_v1_g1", new OnlineStoreError("timeout", "late"));
      expect((await get("/api/features/7?service=famous")).body).toMatchObject({
        features: {
          profile: { plays: "9007199254740993" },
          fame: { fans: null, land: "?" },
          computed: { more_fans: null },
        },
        status: "partial",
        views: { profile: "complete", fame: "timeout" },
      });
      onlineStore.failures.set("profile_v1_g1", new OnlineStoreError("timeout", "late"));
      expect(await get("/api/features/7?service=famous")).toMatchObject({
        status: 503,
        body: { code: "store_timeout" },
      });
      onlineStore.failures.clear();
      onlineStore.failures.set("fame_v1_g1", new OnlineStoreError("unavailable", "down"));
      expect(await get("/api/features/7?service=famous")).toMatchObject({ status: 503 });
    });
  });
}

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createGrants, SCOPES } from "../../src/core/scopes";
import type { RunQuery } from "../../src/materialization/runs/run-store";
import { readableSnapshot } from "../../src/registry/readable-snapshot";
import { planTrainingSet } from "../../src/training-sets/plan/training-plan";
import { createFakeKeyStore } from "../helpers/fake-key-store";
import { createFakeOnlineStore, type FakeTables } from "../helpers/fake-online-store";
import { createFakeRegistry, play, registered, service, snapshotOf } from "../helpers/serving-fixture";
import { createTestApp, withKey } from "../helpers/test-app";

const row = (key: string, value: string, vectors: Readonly<Record<string, string>> = {}) => ({
  ...{ scope: "", key, eventTime: 1_700_000_000_000_000, values: [value], vectors },
});

const views = [
  registered({ name: "lyric_mood", features: { mood: "string" } }),
  registered({ name: "lyric_shape", features: { shape: "vector(2)", words: "int32" } }),
  registered({ name: "secret_plan", features: { plan: "string", vector: "vector(2)" } }),
  registered({ name: "secret_play", entity: play, features: { count: "int32" } }),
];
const services = [
  service("open_service", 1, "track", [["lyric_mood", 1, "mood"]]),
  service("mixed_service", 1, "track", [
    ["lyric_mood", 1, "mood"],
    ["secret_plan", 1, "plan"],
  ]),
];
const tables: FakeTables = new Map([
  ["lyric_mood_v1_g1", [row("7", '"glad"')]],
  ["lyric_shape_v1_g1", [row("7", "3", { shape: "[1,0]" })]],
  ["secret_plan_v1_g1", [row("7", '"attack at dawn"', { vector: "[0,1]" })]],
]);
const isOpen = ({ name }: { readonly name: string }) => name.startsWith("lyric_");

/** `part`: a registry that has only what the restricted key may read. */
async function open(part: "all" | "part" = "all") {
  const keyStore = createFakeKeyStore();
  const organisation = "org_aaaaaaaaaaaaaaaa";
  keyStore.organisations.set(organisation, {
    ...{ id: organisation, tier: "lyrics", tenant: null, limits: {}, isDeleted: false },
  });
  const listed: RunQuery[] = [];
  const own = part === "all" ? views : views.filter(({ view }) => isOpen(view));
  const opened = await createTestApp({
    registry: createFakeRegistry(snapshotOf(1, own, part === "all" ? services : services.slice(0, 1))),
    onlineStore: createFakeOnlineStore(tables, true),
    keyStore,
    defaultEntity: "track",
    runs: {
      async list(query) {
        listed.push(query);
        return [];
      },
    },
    vectors: {
      search: async () => ({ method: "exact", hits: [{ key: "7", distance: 0 }] }),
      candidates: () => null,
      tables: async () => [],
    },
  });
  const byScopes = await opened.keyOf(
    null,
    SCOPES.map((scope) =>
      /^(features|embeddings|registry):read$|^training:write$/.test(scope) ? `${scope}:lyric_*` : scope,
    ),
  );
  const byTier = (await opened.keys.create({ name: "a", scopes: SCOPES, organisation })).key;
  const none = await opened.keyOf(
    null,
    SCOPES.map((scope) =>
      /^(features|embeddings|registry):read$|^training:write$/.test(scope) ? `${scope}:absent` : scope,
    ),
  );
  const send = async (key: string, path: string, body?: unknown) => {
    const response = await opened.app.request(path, withKey(key, body));
    const text = (await response.text()).replace(/"request_id":"[^"]*"/, '"request_id":""');
    return { status: response.status, text, code: (JSON.parse(text) as { code?: string }).code };
  };
  return { ...opened, send, listed, keysLimited: [byScopes, byTier], all: await opened.keyOf(), none };
}

/** Requests of a path, with a body if it is a POST. */
const requests: readonly (readonly [path: string, body?: unknown])[] = [
  ["/api/features/7"],
  ["/api/features/8"],
  ["/api/features/7?entity=play"],
  ["/api/features/7?entity=track"],
  ...[
    "lyric_mood",
    "secret_plan",
    "secret_pla",
    "lyric_moo",
    "lyric_mood,secret_plan.plan",
    "secret_plan@1.plan",
  ].flatMap(
    (features) =>
      [
        [`/api/features/7?features=${features}`],
        ["/api/features/batch", { ids: [7], features: features.split(",") }],
        [`/api/embeddings/7?embedding=${features.replace(",", "")}`],
      ] as const,
  ),
  ...[
    "open_service",
    "mixed_service",
    "mixed_servic",
    "mixed_service@1",
    "open_service@2",
    "open_service,mixed_service",
  ].map((name) => [`/api/features/7?service=${name}`] as const),
  ["/api/features/batch", { ids: [7] }],
  ["/api/features/batch", { ids: [7], service: "mixed_service" }],
  ["/api/embeddings/7"],
  ["/api/embeddings/7?embedding=secret_plan.vector"],
  ["/api/embeddings/batch", { ids: [7], embedding: ["lyric_shape.shape", "secret_plan.vector"] }],
  ["/api/embeddings/search", { embedding: "lyric_shape.shape", id: 7 }],
  ["/api/embeddings/search", { embedding: "secret_plan.vector", id: 7 }],
  ["/api/embeddings/search", { embedding: "lyric_shape.shape", id: 7, id_embedding: "secret_plan.vector" }],
  ["/api/embeddings/search", { embedding: "lyric_shape.shape", id: 7, features: ["secret_plan.plan"] }],
  ["/api/embeddings/search", { embedding: "lyric_shape.shape", id: 7, service: "mixed_service" }],
  [
    "/api/embeddings/search",
    {
      embedding: "lyric_shape.shape",
      id: 7,
      filter: { feature: "secret_plan.plan", op: "eq", value: "attack at dawn" },
    },
  ],
  ["/api/feature-views"],
  ["/api/feature-services"],
  ["/api/feature-services/open_service"],
  ["/api/feature-services/mixed_service"],
  ...["lyric_mood", "lyric_moo", "secret_plan", "secret_pla"].flatMap((name) => [
    [`/api/feature-views/${name}`] as const,
    [`/api/feature-views/${name}/versions/1`] as const,
    [`/api/feature-views/${name}/versions/2`] as const,
    [`/api/feature-views/${name}/versions/1/schema`] as const,
    [`/api/feature-views/${name}/profile`] as const,
    [`/api/feature-views/${name}/drift`] as const,
    [`/api/runs?view=${name}`] as const,
  ]),
  ["/api/runs"],
];

describe("a key that may not read every view", () => {
  test.for(requests)("gets the same answer to %s %j as if the other views did not exist", async ([path, body]) => {
    const [whole, part] = [await open("all"), await open("part")];
    for (const [index, key] of whole.keysLimited.entries()) {
      // Caches that an unrestricted caller fills are of no use to others.
      await whole.send(whole.all, path, body);
      const answer = await whole.send(key, path, body);
      expect(answer).toEqual(await part.send(part.keysLimited[index] ?? "", path, body));
      expect(await whole.send(key, path, body)).toEqual(answer);
      expect(answer.status).toBeLessThan(500);
      expect(answer.text).not.toContain("attack");
      if (!/secret|mixed/.test(path + JSON.stringify(body ?? ""))) expect(answer.text).not.toMatch(/secret|mixed/);
      expect(whole.faults).toEqual([]);
    }
  });

  test("gets the names that it may read, alike for a view that exists and one that does not", async () => {
    const { send, keysLimited, none } = await open();
    for (const key of keysLimited) {
      const [known, unknown] = [
        await send(key, "/api/features/7?features=secret_plan"),
        await send(key, "/api/features/7?features=secret_plat"),
      ];
      expect(known).toMatchObject({ status: 403, code: "resource_forbidden" });
      expect(known.text).toContain("lyric_*");
      expect(unknown.text).toBe(known.text.replaceAll("secret_plan", "secret_plat"));
      expect(await send(key, "/api/features/7?features=lyric_absent")).toMatchObject({
        code: "feature_view_not_found",
      });
    }
    for (const path of ["/api/features/7", "/api/embeddings/7", "/api/feature-views/lyric_mood"])
      expect(await send(none, path)).toMatchObject({ code: "resource_forbidden" });
    expect(await send(none, "/api/feature-views")).toMatchObject({ status: 200, text: '{"feature_views":[]}' });
  });

  test("reads the rest, also without naming it", async () => {
    const { send, keysLimited, all } = await open();
    const [key = ""] = keysLimited;
    const named = async (sender: string) => (await send(sender, "/api/features/7")).text;
    expect(JSON.parse(await named(all))).toMatchObject({ features: { secret_plan: {}, lyric_mood: { mood: "glad" } } });
    expect(Object.keys((JSON.parse(await named(key)) as { features: object }).features)).toEqual([
      "lyric_mood",
      "lyric_shape",
    ]);
    expect(await send(key, "/api/features/7?service=open_service")).toMatchObject({ status: 200 });
  });

  test("lists only runs of the views that it may read", async () => {
    const { send, keysLimited, all, listed } = await open();
    await send(keysLimited[0] ?? "", "/api/runs");
    await send(all, "/api/runs");
    expect(listed.map(({ views: shown }) => shown)).toEqual([["lyric_mood", "lyric_shape"], undefined]);
  });
});

test("a training set reads only views that its key may read, in features, services and labels", () => {
  const snapshot = snapshotOf(1, views, services);
  const plan = (selection: Parameters<typeof planTrainingSet>[1]) =>
    planTrainingSet(
      readableSnapshot(snapshot, createGrants(["training:write:lyric_*"]), "training:write"),
      selection,
      null,
    );
  for (const selection of [
    { features: ["lyric_mood", "secret_plan.plan"] },
    { service: "mixed_service" },
    { features: ["lyric_mood"], labels: [{ feature: "secret_plan.plan", horizon: "7d" }] },
  ])
    expect(() => plan(selection)).toThrow(expect.objectContaining({ code: "resource_forbidden" }));
});

test("a renamed view stays readable for keys that name its former name", () => {
  const { featureViews, ...rest } = snapshotOf(1, views);
  const versions = featureViews.get("lyric_mood");
  if (versions === undefined) throw new Error("no view");
  const former = { newName: "lyric_mood", renamedAt: 0n, sunsetAt: null, state: "deprecated" as const, versions };
  const snapshot = {
    ...rest,
    featureViews,
    formerNames: new Map([
      ["mood", former],
      ["plan", { ...former, newName: "secret_plan" }],
    ]),
  };
  const readable = readableSnapshot(snapshot, createGrants(["features:read:mood"]), "features:read");
  expect([[...readable.featureViews.keys()], [...(readable.formerNames?.keys() ?? [])]]).toEqual([
    ["lyric_mood"],
    ["mood"],
  ]);
});

test("no selection reads a view outside of the scopes and the tier's resources", () => {
  const name = fc.constantFrom(...views.map(({ view }) => view.name), "unknown");
  const pattern = fc.oneof(name, fc.constantFrom("*", "lyric_*", "secret_p*", "l*"));
  const snapshot = snapshotOf(1, views, services);
  fc.assert(
    fc.property(fc.array(pattern), fc.array(pattern), (scopes, resources) => {
      const grants = createGrants(
        scopes.map((each) => `features:read:${each}`),
        resources,
      );
      const readable = readableSnapshot(snapshot, grants, "features:read");
      const matches = (patterns: readonly string[], text: string) =>
        patterns.some((each) => (each.endsWith("*") ? text.startsWith(each.slice(0, -1)) : each === text));
      const expected = [...snapshot.featureViews.keys()].filter(
        (each) => matches(scopes, each) && matches(resources, each),
      );
      expect([...readable.featureViews.keys()]).toEqual(expected);
      expect(
        [...snapshot.featureViews.keys()].filter((each) => matches(grants.patterns("features:read"), each)),
      ).toEqual(expected);
      for (const { versions } of readable.featureServices.values())
        for (const each of versions.values())
          for (const { view } of each.service.features) expect(expected).toContain(view);
    }),
  );
});

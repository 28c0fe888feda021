import { expect, test } from "vitest";
import { createFakeOnlineStore } from "../helpers/fake-online-store";
import { createFakeRegistry, registered, snapshotOf } from "../helpers/serving-fixture";
import { createTestApp, withKey } from "../helpers/test-app";

const views = [
  registered({ name: "plays", features: { count: "int32", taste: "vector(2)" }, tenant: "tenant_id" }),
  registered({ name: "profile", features: { genre: "string", taste: "vector(2)" } }),
];

interface Summary {
  readonly served: { readonly rows: number | null };
}

/** Fields of the three documents; each document has some of them. */
interface Documents extends Summary {
  readonly feature_views: readonly Summary[];
  readonly versions: readonly Summary[];
  readonly vector_search: readonly {
    readonly rows: number | null;
    readonly recall: { readonly sample: number } | null;
  }[];
}

test("omits row counts of views with tenants for a tenant's key", async () => {
  const { app, keyOf } = await createTestApp({
    registry: createFakeRegistry(snapshotOf(1, views)),
    onlineStore: createFakeOnlineStore(new Map(), true),
    vectors: {
      search: async () => ({ method: "exact", hits: [] }),
      candidates: () => null,
      tables: async () => [
        { feature: "taste", generation: 1, rows: 9, index: null, recall: { at: 10, sample: 9, recall: 1 } },
      ],
    },
  });
  const counts = async (tenant: string | null) => {
    const key = withKey(await keyOf(tenant));
    const read = async (path: string) => (await (await app.request(path, key)).json()) as Documents;
    const { feature_views: listed } = await read("/api/feature-views");
    const { versions, vector_search: tables } = await read("/api/feature-views/plays");
    const version = await read("/api/feature-views/plays/versions/1");
    return {
      rows: [...listed, ...versions, version].map(({ served }) => served.rows),
      vectors: tables.flatMap(({ rows, recall }) => [rows, recall?.sample ?? null]),
    };
  };
  const rows = views.map(({ served }) => served?.rows);
  expect(await counts(null)).toEqual({ rows: [...rows, rows[0], rows[0]], vectors: [9, 9] });
  expect(await counts("acme")).toEqual({ rows: [null, rows[1], null, null], vectors: [null, null] });
});

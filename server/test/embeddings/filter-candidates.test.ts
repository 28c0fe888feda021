import { expect, test } from "vitest";
import { createFilterCandidates } from "../../src/embeddings/filter/filter-candidates";
import type { VectorCandidates, VectorFilter, VectorSearch } from "../../src/embeddings/vector-search";
import { registered, snapshotOf } from "../helpers/serving-fixture";

const view = registered({ name: "mood", features: { mood: "string" } });
const sad: VectorFilter = {
  ...{ kind: "compare", comparison: "eq", view: 0, feature: "mood", databaseType: "text", isText: true },
  ...{ value: "sad", fallback: null },
};
const searchOf = (filter: VectorFilter | null, scope = ""): VectorSearch => ({
  ...{ registered: view, table: "mood_v1_g1", scope, freshFrom: null, generation: 1, feature: "shape", dimensions: 2 },
  ...{
    declaredMetric: "cosine",
    metric: "cosine",
    vector: "[1,2]",
    k: 10,
    tenantScoped: false,
    excluded: null,
    filter,
  },
  filteredViews: [{ registered: view, table: "mood_v1_g1", scope, fallsBack: false, freshFrom: null }],
  candidates: null,
  deadlineMs: 1000,
});

function open(answer: (search: VectorSearch) => Promise<VectorCandidates> | null) {
  const requests: VectorSearch[] = [];
  const candidates = createFilterCandidates({
    candidates(search) {
      requests.push(search);
      return answer(search);
    },
  });
  return { candidates, requests };
}

test("queries the candidates of a filter once per snapshot and scope", async () => {
  const { candidates, requests } = open(async ({ scope }) => ({
    count: 1,
    keys: [`{${scope.length}}`],
    freshness: [],
  }));
  const [before, after] = [snapshotOf(1, [view]), snapshotOf(2, [view])];
  expect(await candidates.of(before, searchOf(sad))).toMatchObject({ keys: ["{0}"] });
  expect(await candidates.of(before, { ...searchOf(sad), vector: "[3,4]", k: 5 })).toMatchObject({ keys: ["{0}"] });
  expect(requests).toHaveLength(1);
  expect(await candidates.of(before, searchOf(sad, "acme"))).toMatchObject({ keys: ["{4}"] });
  expect(await candidates.of(before, searchOf({ kind: "not", filter: sad }))).toMatchObject({ keys: ["{0}"] });
  expect(await candidates.of(after, searchOf(sad))).toMatchObject({ keys: ["{0}"] });
  expect(requests).toHaveLength(4);
});

test("queries nothing without a filter, and does not cache a failure", async () => {
  let fails = true;
  const { candidates, requests } = open(async () => {
    if (fails) throw new Error("away");
    return { count: 5001, keys: null, freshness: [] };
  });
  const snapshot = snapshotOf(1, [view]);
  expect(await candidates.of(snapshot, searchOf(null))).toBeNull();
  expect(requests).toHaveLength(0);
  await expect(candidates.of(snapshot, searchOf(sad))).rejects.toThrow("away");
  fails = false;
  expect(await candidates.of(snapshot, searchOf(sad))).toMatchObject({ keys: null });
});

test("queries the candidates again after a row of a filtered view has expired", async () => {
  const { candidates, requests } = open(async () => ({
    count: 1,
    keys: ["{7}"],
    freshness: [{ view: 0, from: 10n, to: 15n }],
  }));
  const snapshot = snapshotOf(1, [view]);
  const at = (freshFrom: bigint): VectorSearch => {
    const search = searchOf(sad);
    return { ...search, filteredViews: search.filteredViews.map((each) => ({ ...each, freshFrom })) };
  };
  for (const freshFrom of [10n, 12n, 15n]) await candidates.of(snapshot, at(freshFrom));
  expect(requests).toHaveLength(1);
  await candidates.of(snapshot, at(16n));
  expect(requests).toHaveLength(2);
});

test("does not cache candidates that depend on the vectors", async () => {
  const { candidates, requests } = open(() => null);
  const snapshot = snapshotOf(1, [view]);
  for (let time = 0; time < 2; time++) expect(await candidates.of(snapshot, searchOf(sad))).toBeNull();
  expect(requests).toHaveLength(2);
});

import { expect, test } from "vitest";
import { createDatasets } from "../src/datasets";
import { createClient, InvalidCallError } from "../src/index";

type Method = (...given: readonly unknown[]) => unknown;

const options = { baseUrl: "http://127.0.0.1:1", fetch: async () => new Response("{}", { status: 400 }) };
const client = createClient(options);
const datasets = createDatasets(options);

/** The arguments of each method, as it is declared. */
const declared: Readonly<Record<string, readonly unknown[]>> = {
  "features.get": [7, {}],
  "features.getBatch": [{ ids: [7] }],
  "features.getBatchArrow": [{ ids: [7] }],
  "features.stream": [[7], {}],
  "embeddings.get": [7, {}],
  "embeddings.getBatch": [{ ids: [7] }],
  "embeddings.search": [{ embedding: "a.b", id: 7 }],
  "featureViews.list": [{}],
  "featureViews.get": ["mood", {}],
  "featureViews.getVersion": ["mood", 1, {}],
  "featureViews.profile": ["mood", {}],
  "featureViews.drift": ["mood", {}],
  "featureServices.list": [{}],
  "featureServices.get": ["mood", {}],
  "trainingSets.create": [{ rows: [] }],
  "trainingSets.get": ["t-1", {}],
  "trainingSets.rerun": ["t-1", {}],
  "runs.list": [{}],
  "keys.list": [{}],
  "keys.get": ["k", {}],
  "keys.create": [{ name: "k", scopes: [] }],
  "keys.update": ["k", {}],
  "keys.revoke": ["k", {}],
  "keys.rotate": ["k", {}],
  "usage.get": [{}],
  health: [{}],
  "datasets.list": [{}],
  "datasets.get": ["songs", {}],
  "datasets.snapshots": ["songs", {}],
  "datasets.terms": ["songs", {}],
  "datasets.acceptTerms": ["songs", { version: "1" }],
  "datasets.download": ["songs", { to: "/nowhere/" }],
  "datasets.read": ["songs", {}],
  "datasets.stream": ["songs", {}],
};

const methods = Object.entries({ ...client, datasets }).flatMap(([noun, found]): [string, Method][] =>
  typeof found === "function"
    ? [[noun, found as Method]]
    : Object.entries(found).map(([name, method]): [string, Method] => [`${noun}.${name}`, method as Method]),
);

test("the test knows every method", () => {
  expect(methods.map(([name]) => name).sort()).toEqual(Object.keys(declared).sort());
});

test.each(methods)("%s refuses an argument after its options, which would be ignored", async (name, method) => {
  const given = declared[name] ?? [];
  expect(() => method(...given, { timeoutMs: 5 })).toThrow(InvalidCallError);
  const result = method(...given, undefined);
  if (result instanceof Promise) await expect(result).rejects.not.toBeInstanceOf(InvalidCallError);
});

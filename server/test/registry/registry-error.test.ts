import { expect, test } from "vitest";
import { RegistryError, type RegistryErrorCode } from "../../src/database/registry-error";

const view = { view: "scores", version: 2 };
const version = { name: "scores", version: 2 };
const holder = { host: "laptop", pid: 7 };
const meanwhile = [
  {
    ...{ actor: "ada@laptop", at: "2026-01-01T00:00:00Z", message: "longer window" },
    changes: [{ name: "scores", version: 2, state: "new_version", class: "recompute" }],
  },
];

type Parameters = Readonly<Record<string, unknown>>;

/** For each refusal, the parameters of one example or of several. */
const examples: Readonly<Record<RegistryErrorCode, Parameters | readonly Parameters[]>> = {
  registry_moved: [{}, { meanwhile }],
  version_meaning_changed: [view, { service: "shelf", version: 1 }],
  view_not_applied: view,
  as_of_in_future: { asOf: "2999-01-01T00:00:00Z" },
  run_in_progress: { ...view, runId: 3, holder },
  run_does_not_stop: { runId: 3 },
  run_not_filled: { runId: 3 },
  run_already_loads: { runId: 3 },
  lease_lost: { runId: 3 },
  backfill_differs: [
    { ...view, runId: 3, done: 1, chunks: 9, differs: "chunk_entities", chunkEntities: 100 },
    { ...view, runId: 3, done: 1, chunks: 9, differs: "as_of", asOf: "2026-01-01T00:00:00Z" },
    { ...view, runId: 3, done: 1, chunks: 9 },
  ],
  columns_differ: [
    { column: "a", declared: "int32", filled: "text" },
    { column: "a", declared: "int32" },
  ],
  // Only runs are refused for it: materialization/golden/run-failures.md.
  duplicate_key: [],
  version_retired: version,
  version_deprecated: version,
  version_not_deprecated: version,
  version_promoted: version,
  version_in_use: { ...version, services: ["shelf@1", "shelf@2"] },
  version_named: [
    { ...version, services: ["shelf@1"] },
    { ...version, services: ["shelf@1", "shelf@2"] },
  ],
  service_stays: { name: "shelf", version: 1 },
  view_is_read: { name: "scores" },
  name_taken: { name: "scores" },
  name_moved: { name: "marks", newName: "scores" },
  name_retired: { name: "marks" },
  name_in_use: [
    { name: "marks", newName: "scores", services: ["shelf@1"] },
    { name: "marks", newName: "scores", services: ["shelf@1", "shelf@2"] },
  ],
  service_reads_retiring: [
    { name: "shelf", version: 1, views: ["scores@2"] },
    { name: "shelf", version: 1, views: ["scores@2", "plays@1"] },
  ],
  successor_unknown: { successor: "scores@9" },
  sunset_in_past: { sunset: "2020-01-01T00:00:00Z" },
  nothing_to_roll_back: version,
  entity_not_applied: { entity: "song" },
  key_has_other_parts: { entity: "song", parts: 2 },
  search_path_changed: { applied: ["before"], now: ["now", "public"] },
  changes_in_progress: { holder },
};

// The one place that compares whole sentences. `-u` rewrites the file.
test("the sentences of refusals are those in golden/refusals.md", async () => {
  const sections = Object.entries(examples).flatMap(([code, parameters]) => {
    const messages = [parameters].flat().map((each) => new RegistryError(code as RegistryErrorCode, each).message);
    return messages.length === 0 ? [] : [`## ${code}\n\n${messages.map((message) => `- ${message}\n`).join("")}`];
  });
  await expect(`# The sentences of the registry's refusals\n\n${sections.join("\n")}`).toMatchFileSnapshot(
    "golden/refusals.md",
  );
});

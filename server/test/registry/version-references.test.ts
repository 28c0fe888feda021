import { expect, test } from "vitest";
import { createCatalog } from "../../src/catalog/catalog";
import { FeatstoreError } from "../../src/core/index";
import { materializationTargets } from "../../src/materialization/materialization-targets";
import { runQuery } from "../../src/materialization/runs/run-query";
import { subjectOfRegistry } from "../../src/reference/reference-subject";
import { shownViews } from "../../src/reference/shown-views";
import { findVersion } from "../../src/registry/find-definitions";
import { versionReference } from "../../src/registry/version-reference";
import { registered, snapshotOf } from "../helpers/serving-fixture";

const features = { plays: "int64" } as const;
const snapshot = snapshotOf(1, [
  registered({ name: "profile", version: 1, state: "retired", features }),
  registered({ name: "profile", version: 2, features }),
]);
const registry = { current: () => ({ snapshot }) } as never; // the readers below use the snapshot only
const reader = { grants: null, tenant: null } as never;

/** Every way to name a version of a view by a text; each reads version 2 as `2`. */
const lookUps: readonly (readonly [name: string, find: (version: string) => unknown])[] = [
  ["reads", (version) => findVersion(snapshot, "profile", version)],
  ["the catalog", (version) => createCatalog(registry, {} as never).version("profile", version, reader)],
  ["the reference", (version) => shownViews(subjectOfRegistry(snapshot, []), [`profile@${version}`])],
  ["materialize", (version) => materializationTargets(snapshot, [`profile@${version}`])],
  ["runs", (version) => runQuery(snapshot, { view: `profile@${version}` })],
  ["promote, rollback and retire", (version) => versionReference(snapshot, `profile@${version}`)],
];

const malformed = ["1e0", "01", "0", "-1", "1.0", "", " 1", "1@1", "0x1", "9".repeat(9), "9".repeat(400)];

const outcome = async (find: () => unknown) => {
  try {
    return { found: await find() };
  } catch (error) {
    return error instanceof FeatstoreError ? { code: error.code, message: error.message } : { error };
  }
};

test.each(lookUps)("a malformed version is refused as an unknown one, by the same message: %s", async (_name, find) => {
  for (const version of malformed) {
    const refused = await outcome(() => findVersion(snapshot, "profile", version));
    expect(refused).toMatchObject({ code: "feature_view_version_not_found" });
    expect(await outcome(async () => find(version))).toEqual(refused);
  }
  expect(await outcome(async () => find("2"))).not.toMatchObject({ code: "feature_view_version_not_found" });
});

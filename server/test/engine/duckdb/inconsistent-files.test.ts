import { join } from "node:path";
import { entity, featureView, float64, int64, latest, source } from "@featstore/definitions";
import { compileView, dialects } from "@featstore/definitions/compiler";
import { expect, test } from "vitest";
import { materialize } from "../../../src/materialization/materialize";
import { createRegistryStore } from "../../../src/registry/registry-store";
import { testDatabases } from "../../helpers/test-database";
import { changeOf, prepare, viewChange } from "../../registry/fixture";
import { createLake, lakeDependencies, withWriter } from "./support/lake";

const TIME = "timestamptz '2026-01-01 00:00:00+00' as at";

/** A view of the newest distance of each ride of the files. */
function distancesOf(path: string) {
  return featureView({
    name: "distances",
    version: 1,
    entity: entity({ name: "ride", key: { ride_id: int64() } }),
    from: source({
      ...{ name: "rides", engine: "lake", path, key: { ride_id: int64() }, eventTime: "at", history: "events" },
      columns: { km: float64() },
    }),
    features: (row) => ({ km: latest(row.km) }),
  }).ir;
}

for (const target of testDatabases("one"))
  test.skipIf(target.skip)(
    "a run refuses a file with another type, and ignores columns that the source lacks",
    async () => {
      const [opened, lake] = await Promise.all([target.openMigrated(), createLake()]);
      try {
        await prepare(opened.database, "");
        const view = distancesOf(join(lake.root, "*.parquet"));
        const featureViews = [viewChange(view, compileView(dialects.duckdb, view))];
        await createRegistryStore(opened.database).apply(changeOf({ featureViews }));
        const dependencies = await lakeDependencies(opened.database, lake);
        const run = async () => (await materialize(dependencies, { views: ["distances"] })).views[0];
        const write = (name: string, columns: string) =>
          withWriter((writer) =>
            writer(`copy (select ${columns}, ${TIME}) to '${join(lake.root, name)}' (format parquet)`),
          );

        await write("b.parquet", "1::bigint as ride_id, 2.75::double as km");
        expect(await run()).toMatchObject({ state: "published", rows: 1 });
        // The first file by its name: DuckDB would round the values of the other to its type.
        await write("a.parquet", "2::bigint as ride_id, 7::bigint as km");
        const message = expect.stringMatching(/"km" is BIGINT in .*a\.parquet, but DOUBLE in .*b\.parquet/);
        expect(await run()).toMatchObject({ state: "failed", failure: { code: "engine_source_failed", message } });
        await write("a.parquet", "2::bigint as ride_id, 7.5::double as km, 'x' as note");
        expect(await run()).toMatchObject({ state: "published", rows: 2 });
        const text = "select ride_id::integer, km from features.distances_v1 order by ride_id";
        expect(await opened.database.query({ text })).toEqual([
          { ride_id: 1, km: 2.75 },
          { ride_id: 2, km: 7.5 },
        ]);
      } finally {
        await opened.drop();
        await lake.remove();
      }
    },
  );

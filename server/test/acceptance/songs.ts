import { count, entity, featureView, int64, latest, source, string } from "@featstore/definitions";
import type { Database } from "../../src/database/database";
import { isSurelyDead, thisProcess } from "../../src/database/lease-holder";
import { createEngine } from "../../src/engine/index";
import { materialize } from "../../src/materialization/materialize";
import { createRunLog } from "../../src/materialization/run-log";
import { apply } from "../../src/registry/apply";
import { createRegistryStore } from "../../src/registry/registry-store";

const songs = source({
  name: "songs",
  table: "songs",
  key: { song_id: int64().from("id") },
  eventTime: { column: "created_at", zone: "UTC" },
  tieBreak: "id",
  history: "current",
  columns: { title: string() },
});
const song = entity({ name: "song", key: { song_id: int64() }, from: songs });

/** Creates a view over a table of songs; versions above 1 have one more feature. */
function songView(version: number) {
  return featureView({
    name: "song_profile",
    version,
    entity: song,
    from: songs,
    features: (row) => ({
      title: latest(row.title),
      plays: count(),
      ...(version === 1 ? {} : { first_title: latest(row.title).where(row.title.eq("song 1")) }),
    }),
  });
}

/** Creates the schema and a table with a number of songs; `letters` lengthens their titles. */
export async function createSongs(database: Database, songs: number, letters = 0): Promise<void> {
  await database.script(`
    create table songs (id bigint primary key, title text not null, created_at timestamp not null);
    insert into songs select i, 'song ' || i || repeat('x', ${letters}), '2026-01-01' from generate_series(1, ${songs}) i;`);
}

/** Applies a version of the view; unless `takesOver`, it waits for its promotion. */
export async function applySongs(database: Database, version: number, takesOver = true): Promise<void> {
  const registry = createRegistryStore(database);
  const definitions = { featureViews: [songView(version).ir], featureServices: [] };
  const report = await apply({ registry, catalog: null }, definitions, { appliedBy: "test", promote: takesOver });
  if (report.revision === null) throw new Error(`nothing was applied: ${report.plan.outcome}`);
}

/** Materializes all served versions, or the named ones. */
export async function materializeSongs(database: Database, ...views: readonly string[]): Promise<void> {
  const registry = createRegistryStore(database);
  const offline = createRunLog(database);
  await materialize(
    { registry, offline, engine: createEngine(database), holder: await thisProcess(), isDead: isSurelyDead },
    views.length === 0 ? {} : { views },
  );
}

import { count, entity, featureView, int64, latest, source, string } from "@featstore/definitions";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { prepare } from "../registry/fixture";
import { applyDefinitions, onlyViews, openTrainingSets, rowsSpine, type TestTrainingSets } from "./support";

const TABLES = `
create table songs (song_id bigint primary key, tenant text, created_at timestamptz);
create table plays (id bigint primary key, song_id bigint, tenant text, listener text, played_at timestamptz);
insert into plays select i, 1, case when i <= 3 then 'acme' else 'beta' end, 'listener ' || i, timestamptz '2026-01-01Z' + i * interval '1 hour'
  from generate_series(1, 10) as i;
insert into plays values (11, 1, null, 'nobody', '2026-01-01Z'), (12, 1, '', 'shared', '2026-01-01Z')`;

const song = entity({ name: "song", key: { song_id: int64() } });
const plays = source({
  name: "plays",
  table: "plays",
  key: { song_id: int64() },
  eventTime: "played_at",
  tieBreak: "id",
  tenant: "tenant",
  history: "events",
  columns: { listener: string().nullable() },
});
const shared = source({
  name: "all_plays",
  table: "plays",
  key: { song_id: int64() },
  eventTime: "played_at",
  tieBreak: "id",
  history: "events",
  columns: { listener: string().nullable() },
});
const playing = featureView({
  name: "playing",
  version: 1,
  entity: song,
  from: plays,
  features: (row) => ({ plays: count(), listener: latest(row.listener) }),
});
const overall = featureView({
  name: "overall",
  version: 1,
  entity: song,
  from: shared,
  features: () => ({ plays: count() }),
});

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`training sets of tenants on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let made: TestTrainingSets;
    beforeAll(async () => {
      opened = await target.openMigrated();
      await prepare(opened.database, TABLES);
      await applyDefinitions(opened.database, onlyViews(playing.ir, overall.ir));
      made = await openTrainingSets(opened.database);
    });
    afterAll(async () => {
      await made?.close();
      await opened?.drop();
    });

    const spine = () => rowsSpine([{ song_id: 1, as_of: "2026-01-02T00:00:00Z" }]);
    const features = ["playing.plays", "playing.listener", "overall.plays"];
    const make = async (tenant: string | null, requested = features) => {
      const { id, manifest, text } = await made.make({ spine: spine(), features: requested, tenant });
      return { id, manifest, row: JSON.parse(text) as unknown };
    };

    test("gives each tenant its own rows, and counts only those in its manifest", async () => {
      const acme = await make("acme");
      expect(acme.row).toMatchObject({ "playing.plays": 3, "playing.listener": "listener 3", "overall.plays": 12 });
      expect(acme.manifest.sources.map(({ rows, largest }) => [rows, largest?.id])).toEqual([
        [3, "3"],
        [12, "12"],
      ]);
      const beta = await make("beta");
      expect(beta.row).toMatchObject({ "playing.plays": 7, "playing.listener": "listener 10", "overall.plays": 12 });
      const nobody = await make("nobody");
      expect(nobody.row).toMatchObject({ "playing.plays": null, "playing.listener": null, "overall.plays": 12 });
    });

    test("lets a tenant see, cancel, download and rerun only its own training sets", async () => {
      const { id } = await make("acme");
      for (const tenant of ["beta", null]) {
        const refused = { code: "training_set_not_found" };
        await expect(made.sets.read(id, { tenant })).rejects.toMatchObject(refused);
        await expect(made.sets.data(id, { tenant })).rejects.toMatchObject(refused);
        await expect(made.sets.cancel(id, { tenant })).rejects.toMatchObject(refused);
        await expect(made.sets.rerun(id, { tenant })).rejects.toMatchObject(refused);
      }
      const again = await made.sets.rerun(id, { tenant: "acme" });
      expect((await again.done).rerun).toMatchObject({ same: true });
      const options = { spine: spine(), features, format: "jsonl", reuse: true } as const;
      const other = await made.sets.start({ ...options, tenant: "zeta" });
      expect(other.isReused).toBe(false);
      await other.done;
    });

    test("requires a tenant for a view with tenants, and none for a shared view", async () => {
      await expect(make(null)).rejects.toMatchObject({ code: "tenant_required", errors: [{ path: "playing@1" }] });
      expect((await make(null, ["overall.plays"])).row).toMatchObject({ "overall.plays": 12 });
    });
  });
}

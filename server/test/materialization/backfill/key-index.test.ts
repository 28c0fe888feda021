import { count, entity, featureView, int32, source, string } from "@featstore/definitions";
import { columnsOf, compileChangedEntities, postgresDialect } from "@featstore/definitions/compiler";
import { expect, test } from "vitest";
import { testDatabases } from "../../helpers/test-database";
import { prepare } from "../../registry/fixture";

const PLAYS = `
create table plays (id bigint primary key, country text, song integer, at timestamptz);
insert into plays select i, 'c' || (i % 10), i % 1000, '2026-01-01Z' from generate_series(1, 20000) as i;
create index plays_by_key on plays (country, song);
analyze plays`;
const key = { country: string(), song: int32() };
const plays = source({
  ...{ name: "plays", table: "plays", key, eventTime: "at", tieBreak: "id", history: "events", columns: {} },
});
const view = featureView({
  name: "listening",
  version: 1,
  entity: entity({ name: "song", key }),
  from: plays,
  features: () => ({ plays: count() }),
}).ir;

for (const target of testDatabases("main").filter(({ kind }) => kind === "postgres")) {
  test.skipIf(target.skip)(
    `reads the rows of a few entities through the source's own index on ${target.name}`,
    async () => {
      const opened = await target.openMigrated();
      try {
        await prepare(opened.database, PLAYS);
        const [declared] = await opened.database.query<{ columns: string }>({
          text: "select featstore.key_declarations($1::text::jsonb) as columns",
          parameters: [JSON.stringify(columnsOf(view).slice(1, 3))],
        });
        await opened.database.script(`create table features.listening_v1_changed (${declared?.columns});
        insert into features.listening_v1_changed select 'c1', i * 10 + 1 from generate_series(1, 20) as i;
        analyze features.listening_v1_changed`);
        const { text, parameters } = compileChangedEntities(postgresDialect, view);
        const plan = await opened.database.query<{ "QUERY PLAN": string }>({
          text: `explain ${text}`,
          parameters: ["2026-02-01T00:00:00.000000Z", ...parameters],
        });
        const steps = plan.map((row) => row["QUERY PLAN"]).join("\n");
        expect(steps).toMatch(/Index Cond: \(\(\(?country\)?.*song = /);
        expect(steps).not.toContain("Seq Scan on plays");
      } finally {
        await opened.drop();
      }
    },
  );
}

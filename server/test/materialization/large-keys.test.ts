import { avg, entity, featureView, int64, latest, source, string } from "@featstore/definitions";
import { compileView, postgresDialect } from "@featstore/definitions/compiler";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isSurelyDead, thisProcess } from "../../src/database/lease-holder";
import { createEngine } from "../../src/engine/index";
import { createErasureStore } from "../../src/erasure/erasure-store";
import type { MaterializeDependencies } from "../../src/materialization/materialization";
import { materialize } from "../../src/materialization/materialize";
import { createRunLog } from "../../src/materialization/run-log";
import { createRunStore } from "../../src/materialization/runs/run-store";
import { createRegistryStore } from "../../src/registry/registry-store";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { changeOf, prepare, someone, viewChange } from "../registry/fixture";

/** 2^53 + 1: a JavaScript number rounds it to 2^53, another key. */
const LARGE = "9007199254740993";
const FACTS = `
create table facts (id bigint primary key, k bigint, value text, at timestamptz);
insert into facts values (1, ${LARGE}, 'abc', '2026-01-01Z'), (2, 7, '5', '2026-01-01Z')`;

const facts = source({
  name: "facts",
  table: "facts",
  key: { k: int64() },
  eventTime: "at",
  tieBreak: "id",
  history: "events",
  columns: { id: int64(), value: string().nullable() },
});
const thing = entity({ name: "thing", key: { k: int64() } });
const casting = featureView({
  name: "casting",
  version: 1,
  entity: thing,
  from: facts,
  features: (row) => ({ value: latest(row.value.int32()), order: avg(row.id.float64()) }),
});
const promising = featureView({
  name: "promising",
  version: 1,
  entity: thing,
  from: facts,
  features: (row) => ({ order: avg(row.id.float64()).between(2, 9) }),
});

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`keys beyond 2^53 on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let dependencies: MaterializeDependencies;
    beforeEach(async () => {
      opened = await target.openMigrated();
      await prepare(opened.database, FACTS);
      const registry = createRegistryStore(opened.database);
      const offline = createRunLog(opened.database);
      dependencies = {
        registry,
        offline,
        engine: createEngine(opened.database),
        holder: await thisProcess(),
        isDead: isSurelyDead,
      };
      const featureViews = [casting.ir, promising.ir].map((view) =>
        viewChange(view, compileView(postgresDialect, view)),
      );
      await registry.apply(changeOf({ featureViews }));
    });
    afterEach(() => opened.drop());

    const storedRuns = async () =>
      (
        await opened.database.query<Record<string, string | null>>({
          text: `select unparsed::text as unparsed, broken_contracts::text as broken, failure_message as message, repaired::text as repaired
            from featstore.runs order by run_id`,
        })
      ).map((row) => JSON.stringify(row).replaceAll("\\", ""));
    const listed = () => createRunStore(opened.database).list({ limit: 10 });
    const erasing = {
      ...{ entity: "thing", key: [LARGE], tenant: null, holder: someone, actor: "tester", message: null },
      datasets: [],
    };

    test("are exact in the examples of lost casts and of broken contracts", async () => {
      const { views } = await materialize(dependencies);
      const [cast, broken] = views;
      expect(cast?.unparsed.value?.examples).toEqual([{ _tenant: "", k: LARGE }]);
      expect(broken?.failure?.message).toMatch(new RegExp(`\\bk ${LARGE} .*"1"`));
      const [castRow, brokenRow] = await storedRuns();
      expect(castRow).toContain(LARGE);
      expect(brokenRow?.match(new RegExp(LARGE, "g"))).toHaveLength(2);
      expect((await listed()).flatMap(({ brokenContracts }) => brokenContracts)).toMatchObject([
        { examples: [{ key: { k: LARGE } }] },
      ]);
    });

    test("are exact in the repairs of a reconciliation", async () => {
      await materialize(dependencies, { views: ["casting"] });
      await opened.database.script("delete from facts where id = 1");
      const { views } = await materialize(dependencies, { views: ["casting"], mode: "reconcile" });
      expect(views[0]?.repaired).toEqual({ rows: 1, examples: [{ _tenant: "", k: LARGE }] });
      expect((await listed())[0]?.repaired?.examples).toEqual([{ _tenant: "", k: LARGE }]);
    });

    test("are erased from the runs that name them", async () => {
      await materialize(dependencies);
      const store = createErasureStore(opened.database);
      expect(await store.preview(erasing)).toMatchObject({ runs: 2 });
      expect(await store.erase(erasing)).toMatchObject({ runs: 2 });
      expect((await storedRuns()).join()).not.toMatch(/90071992547409/);
    });
  });
}

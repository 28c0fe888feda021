import { avg, entity, featureView, float64, int64, source } from "@featstore/definitions";
import { compileView, postgresDialect } from "@featstore/definitions/compiler";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../../src/database/database";
import { createPostgresDatabase } from "../../src/database/postgres-database";
import { quoteName } from "../../src/database/sql-text";
import { backfill } from "../../src/materialization/backfill";
import type { MaterializeRequest } from "../../src/materialization/materialization";
import { materialize } from "../../src/materialization/materialize";
import { createRunStore } from "../../src/materialization/runs/run-store";
import { createRegistryStore } from "../../src/registry/registry-store";
import { createTrainingSetStore } from "../../src/training-sets/training-set-store";
import type { HeldTrainingSet } from "../../src/training-sets/training-set-types";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { changeOf, prepare, someone, viewChange } from "../registry/fixture";
import { dependenciesOf } from "./dependencies";

/** A table sets its behaviour: seconds to sleep, and how often it fails to serialize. */
const SLOW = `
create table events (id bigint primary key, k bigint, value float8, at timestamptz);
insert into events select i, i % 10, i, '2026-01-01Z' from generate_series(1, 100) as i;
create sequence reads;
create table behaviour (seconds float8, failures bigint);
insert into behaviour values (0, 0);
create function patience() returns boolean language plpgsql volatile as $$
declare asked behaviour;
begin
  select * into asked from behaviour;
  perform pg_sleep(asked.seconds);
  if nextval('reads') <= asked.failures then raise serialization_failure; end if;
  return true;
end $$;
create view facts as select events.* from events, (select patience() as is_ready offset 0) as ready where is_ready`;

const facts = source({
  ...{ name: "facts", table: "facts", key: { k: int64() }, eventTime: "at", tieBreak: "id", history: "events" },
  columns: { value: float64().nullable() },
});
const view = featureView({
  name: "means",
  version: 1,
  entity: entity({ name: "thing", key: { k: int64() } }),
  from: facts,
  features: (row) => ({ mean: avg(row.value) }),
}).ir;
const ID = "abcdefghijklmnop";
const DEFAULTS: Readonly<Record<string, string>> = {
  statement_timeout: "300ms",
  lock_timeout: "10ms",
  idle_in_transaction_session_timeout: "10ms",
  default_transaction_isolation: "serializable",
  default_transaction_read_only: "on",
};

for (const target of testDatabases("all")) {
  describe.skipIf(target.skip)(`defaults of the database on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    beforeEach(async () => {
      opened = await target.open();
    });
    afterEach(() => opened.drop());

    /** Sets the defaults before the first connection. PGlite is one session, for which they are set. */
    const setDefaults = async (): Promise<void> => {
      const settings = Object.entries(DEFAULTS).map(([name, value]) => `${name} = '${value}'`);
      if (opened.directUrl === undefined)
        return opened.database.script(settings.map((each) => `set session ${each}`).join("; "));
      const administrator = createPostgresDatabase({ url: opened.directUrl, poolSize: 1 });
      const name = quoteName(new URL(opened.directUrl).pathname.slice(1));
      await administrator.script(settings.map((each) => `alter database ${name} set ${each}`).join("; "));
      await administrator.close();
    };
    const apply = (database: Database) =>
      createRegistryStore(database).apply(
        changeOf({ featureViews: [viewChange(view, compileView(postgresDialect, view))] }),
      );
    const run = async (database: Database, request: MaterializeRequest = {}) =>
      (await materialize(await dependenciesOf(database), request)).views[0];
    const states = async () =>
      (await createRunStore(opened.database).list({ limit: 10 })).map(({ state, failure }) => [
        state,
        failure?.code ?? null,
      ]);

    test("neither stop nor change a migration, an apply, a run or a backfill", async () => {
      const { database } = opened;
      await setDefaults();
      await prepare(database, `set transaction read write; ${SLOW}`);
      await apply(database);
      await database.script("set transaction read write; update behaviour set seconds = 0.5");
      expect(await run(database)).toMatchObject({ state: "published", rows: 10 });
      const report = await backfill(await dependenciesOf(database), { view: "means", chunkEntities: 5 });
      expect(report.view).toMatchObject({ state: "published", rows: 10 });
      expect(await states()).toEqual([
        ["published", null],
        ["published", null],
      ]);
    });

    test("do not prevent a training set from starting, queueing and ending", async () => {
      await setDefaults();
      await prepare(opened.database, "set transaction read write");
      const store = createTrainingSetStore(opened.database);
      const keys = [{ name: "k", databaseType: "bigint" }];
      const begun = await store.beginJob({ id: ID, tenant: null, request: {}, holder: someone, keys, limits: null });
      const job = begun as HeldTrainingSet; // not a repeated request
      const failure = { code: "internal", detail: "It's over: \\ 'quoted'" };
      expect(await store.end(job, { state: "failed", failure })).toBe(true);
      expect(await store.read(ID)).toMatchObject({ state: "failed", failure });
    });

    test("retries a step that could not be serialized, up to three times", async () => {
      await prepare(opened.database, `${SLOW}; update behaviour set failures = 2`);
      await apply(opened.database);
      expect(await run(opened.database)).toMatchObject({ state: "published", rows: 10 });
      await opened.database.script("update behaviour set failures = 1000");
      expect(await run(opened.database)).toMatchObject({ state: "failed", failure: { code: "not_serialized" } });
      expect(await opened.database.query({ text: "select last_value::text as reads from reads" })).toEqual([
        { reads: "6" },
      ]);
      expect(await states()).toEqual([
        ["failed", "not_serialized"],
        ["published", null],
      ]);
    });

    test("records an incremental run whose search for changes fails, with its code", async () => {
      await prepare(opened.database, SLOW);
      const plain = {
        ...view,
        source: { ...view.source, relation: { kind: "table", schema: null, table: "events" } },
      } as const;
      await createRegistryStore(opened.database).apply(
        changeOf({ featureViews: [viewChange(plain, compileView(postgresDialect, plain))] }),
      );
      await run(opened.database);
      const broken: Database = {
        ...opened.database,
        query: (statement, options) =>
          opened.database.query(
            statement.text.includes("find_changes")
              ? { text: "set transaction read only; create table x ()" }
              : statement,
            options,
          ),
      };
      expect(await run(broken, { mode: "incremental" })).toMatchObject({
        state: "failed",
        failure: { code: "database_read_only" },
      });
      expect(await states()).toEqual([
        ["failed", "database_read_only"],
        ["published", null],
      ]);
    });
  });
}

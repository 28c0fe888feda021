import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  bool,
  date,
  decimal,
  entity,
  featureView,
  float32,
  float64,
  int32,
  int64,
  json,
  latest,
  source,
  string,
  stringArray,
  timestamp,
  uuid,
} from "@featstore/definitions";
import { compileView, postgresDialect } from "@featstore/definitions/compiler";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asciiCharacters, escapes } from "../../../feature-definitions/test/compile/support/arbitrary-texts";
import type { Database } from "../../src/database/database";
import { isSurelyDead, thisProcess } from "../../src/database/lease-holder";
import { createEngine } from "../../src/engine/index";
import { materialize } from "../../src/materialization/materialize";
import { createRunLog } from "../../src/materialization/run-log";
import { createRunStore } from "../../src/materialization/runs/run-store";
import { createRegistryStore } from "../../src/registry/registry-store";
import { openCommandReadBack } from "../../src/serving/read-back/command-read-back";
import { compareRows } from "../../src/serving/read-back/compare-rows";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { changeOf, viewChange } from "../registry/fixture";
import { type Serving, startServing } from "./serving";

const texts = [...asciiCharacters, ...escapes];
const TABLES = `
create table things (id bigint primary key, thing text, at timestamptz, flag bool, small int, big bigint, single real, ratio float8,
  price numeric, title text, seen timestamptz, day date, token uuid, extra jsonb, tags text[]);
insert into things select position, 'thing ' || position, '2026-01-02Z', position % 2 = 0, position, 9007199254740993, 0.1, 0.1 + position,
  position / 8.0, title, timestamptz '2026-01-01Z' + position * interval '1 microsecond', date '2026-01-01' + position::int,
  '00000000-0000-4000-8000-00000000000a', jsonb_build_object('a', jsonb_build_array(title, 1.50)), array[title, null, 'x']
  from unnest(array[${texts.map((text) => `'${text.replaceAll("'", "''")}'`).join(", ")}]) with ordinality as t (title, position);
insert into things (id, thing, at) values (0, 'nothing', '2026-01-02Z');
create function nothing(value anyelement) returns json language sql as 'select null::json'`;

const things = source({
  ...{ name: "things", table: "things", key: { thing: string() }, eventTime: "at", tieBreak: "id", history: "events" },
  columns: {
    ...{ flag: bool().nullable(), small: int32().nullable(), big: int64().nullable(), single: float32().nullable() },
    ...{ ratio: float64().nullable(), price: decimal().nullable(), title: string().nullable() },
    ...{ seen: timestamp().nullable(), day: date().nullable(), token: uuid().nullable(), extra: json().nullable() },
    tags: stringArray().nullable(),
  },
});
const view = featureView({
  ...{ name: "thing_profile", version: 1, from: things },
  entity: entity({ name: "thing", key: { thing: string() } }),
  features: (row) => ({
    ...{ flag: latest(row.flag), small: latest(row.small), big: latest(row.big), single: latest(row.single) },
    ...{ ratio: latest(row.ratio), price: latest(row.price), title: latest(row.title), seen: latest(row.seen) },
    ...{ day: latest(row.day), token: latest(row.token), extra: latest(row.extra), tags: latest(row.tags) },
  }),
}).ir;

/** A database in which the function that serves texts answers null, as one of ours once did. */
function withoutTexts(database: Database): Database {
  return {
    ...database,
    query: (statement, options) =>
      database.query(
        { ...statement, text: statement.text.replaceAll("pg_catalog.to_json(", "public.nothing(") },
        options,
      ),
  };
}

for (const target of testDatabases("all").filter(({ name }) => name !== "pgbouncer")) {
  describe.skipIf(target.skip)(`rows read back after a publication on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let folder: string;
    let serving: Serving;

    beforeAll(async () => {
      opened = await target.openMigrated();
      await opened.database.script(TABLES);
      const change = changeOf({ featureViews: [viewChange(view, compileView(postgresDialect, view))] });
      await createRegistryStore(opened.database).apply(change);
      folder = await mkdtemp(join(tmpdir(), "featstore-served-"));
      serving = await startServing({
        environment: {
          DATABASE_URL: opened.url ?? "postgres://127.0.0.1/unused",
          FEATSTORE_KEY_SECRET: "0123456789abcdef0123456789abcdef",
          FEATSTORE_SCHEDULER: "off",
        },
        folder,
        database: opened.database,
      });
    });
    afterAll(async () => {
      await serving?.close();
      await opened?.drop();
      await rm(folder, { recursive: true, force: true });
    });

    const publish = async (database: Database, views: readonly string[] = ["thing_profile"]) => {
      const registry = createRegistryStore(opened.database);
      const readBack = openCommandReadBack(database, serving.deps.config);
      const { views: made } = await materialize(
        {
          ...{
            registry,
            engine: createEngine(opened.database),
            offline: createRunLog(opened.database),
            readBack: readBack.read,
          },
          ...{ holder: await thisProcess(), isDead: isSurelyDead },
        },
        { views },
      );
      await serving.deps.registry.refresh();
      return made[0];
    };
    // The server asks the database at most twice a second.
    const valuesCheck = async () =>
      ((await serving.get("/health", "")).body as { checks: { served_values: unknown } }).checks.served_values;
    const metric = async () =>
      (await (await fetch(`${serving.url}/metrics`)).text()).includes("featstore_served_values_differ{");

    test("are as the table has them, for every type and every character", async () => {
      const registered = async () =>
        (await createRegistryStore(opened.database).snapshot()).featureViews.get("thing_profile")?.versions.get(1);
      expect(await publish(opened.database)).toMatchObject({ state: "published", warnings: [] });
      const published = await registered();
      if (published === undefined) throw new Error("not published");
      const rows = texts.length + 1;
      expect(await compareRows(opened.database, published, { rows })).toEqual({ rows, features: [] });
      expect(await valuesCheck()).toMatchObject({ ok: true });
      expect(await metric()).toBe(false);
    });

    test("warn in the run, the metrics and the health until a publication without a difference", async () => {
      const made = await publish(withoutTexts(opened.database));
      expect(made).toMatchObject({ state: "published", warnings: [{ code: "served_values_differ" }] });
      expect(made?.warnings[0]?.message).toMatch(/^20 rows .* tags, title /);
      const [run] = await createRunStore(opened.database).list({ limit: 1 });
      expect(run).toMatchObject({ state: "published", warnings: [{ code: "served_values_differ" }] });
      await expect
        .poll(valuesCheck)
        .toMatchObject({ ok: false, code: "served_values_differ", detail: expect.stringContaining("thing_profile@1") });
      expect((await serving.get("/health", "")).body).toMatchObject({ status: "degraded" });
      expect(await metric()).toBe(true);

      expect(await publish(opened.database)).toMatchObject({ warnings: [] });
      await expect.poll(valuesCheck).toMatchObject({ ok: true });
      expect(await metric()).toBe(false);
    });
  });
}

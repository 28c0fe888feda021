import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CliProject, createCliProject } from "../cli/cli";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";

/** A type with a function from numbers to values: greater numbers give greater values, also in byte order of their text. */
interface GeneratedType {
  readonly type: string;
  readonly value: (number: string) => string;
}

const uuid = (number: string) => `lpad(to_hex((${number})::int), 32, '0')::uuid`;
const keyTypes: readonly GeneratedType[] = [
  { type: "smallint", value: (n) => `(${n})::smallint` },
  { type: "integer", value: (n) => `(${n})::integer` },
  { type: "bigint", value: (n) => `9007199254740993 + ${n}` },
  { type: "text", value: (n) => `'it''s, key ' || ${n}` },
  { type: "varchar(40)", value: (n) => `'AC/DC ' || ${n}` },
  { type: "uuid", value: uuid },
  { type: '"Mood"', value: (n) => `(array['calm','Tense','wild one'])[${n}]::"Mood"` },
  { type: "whole", value: (n) => `(${n})::whole` },
  { type: "uuid_domain", value: uuid },
  { type: "mood_domain", value: (n) => `(array['calm','Tense','wild one'])[${n}]::"Mood"` },
];
const tieTypes: readonly GeneratedType[] = [
  { type: "uuid", value: uuid },
  { type: '"Grade"', value: (n) => `(array['a','b','c'])[${n}]::"Grade"` },
  { type: "date", value: (n) => `date '2026-01-01' + ${n}` },
  { type: "timestamptz", value: (n) => `timestamptz '2026-01-01 UTC' + ${n} * interval '1 hour'` },
  { type: "timestamp", value: (n) => `timestamp '2026-01-01' + ${n} * interval '1 hour'` },
  { type: "numeric(12,3)", value: (n) => `${n} / 2.0` },
  { type: "bigint", value: (n) => n },
  { type: "text", value: (n) => `'row ' || ${n}` },
  { type: "varchar(9)", value: (n) => `'row ' || ${n}` },
  { type: "boolean", value: (n) => `${n} > 1` },
  { type: "uuid_domain", value: uuid },
  { type: "grade_domain", value: (n) => `(array['a','b','c'])[${n}]::"Grade"` },
  { type: "smallint", value: (n) => n },
  { type: "double precision", value: (n) => n },
  { type: "whole", value: (n) => n },
];
/** For columns, `number` is 1 or 2; the later row by the tie-break has 2. */
const columnTypes: readonly GeneratedType[] = [
  { type: "text", value: (n) => `'text ' || ${n}` },
  { type: "uuid", value: uuid },
  { type: "numeric", value: (n) => `${n} + 0.50` },
  { type: "boolean", value: (n) => `${n} > 1` },
  { type: "jsonb", value: (n) => `jsonb_build_object('n', ${n})` },
  { type: "date", value: (n) => `date '2026-01-01' + ${n}` },
  { type: "timestamptz", value: (n) => `timestamptz '2026-01-01 UTC' + ${n} * interval '1 hour'` },
  { type: "timestamp", value: (n) => `timestamp '2026-01-01' + ${n} * interval '1 hour'` },
  { type: "bigint", value: (n) => `9007199254740993 + ${n}` },
  { type: "real", value: (n) => `${n} / 4.0` },
  { type: "double precision", value: (n) => `${n} / 3.0` },
  { type: '"Mood"', value: (n) => `(array['calm','Tense'])[${n}]::"Mood"` },
  { type: "varchar(20)", value: (n) => `'text ' || ${n}` },
  { type: "text[]", value: (n) => `array['a', 'text ' || ${n}]` },
  { type: "double precision[]", value: (n) => `array[${n}, 0.5]` },
  { type: "json", value: (n) => `json_build_object('n', ${n})` },
  { type: "uuid_domain", value: uuid },
  { type: "bytea", value: () => `'\\x00'::bytea` },
];

const TYPES = `
create type "Mood" as enum ('calm', 'Tense', 'wild one');
create type "Grade" as enum ('a', 'b', 'c');
create domain whole as integer check (value > 0);
create domain uuid_domain as uuid;
create domain mood_domain as "Mood";
create domain grade_domain as "Grade";`;

interface GeneratedTable {
  readonly table: string;
  readonly key: string;
  readonly time: string;
  readonly script: string;
}

const at = <T>(items: readonly T[], index: number): T => items[index % items.length] as T;

/** Creates table `index`: two keys with two rows each at the same time; the rest of its primary key is the tie-break. */
function generatedTable(index: number): GeneratedTable {
  const [key, tie] = [at(keyTypes, index), at(tieTypes, index)];
  const name = index % 2 === 0 ? `plays_${index}` : `Song Plays ${index}`;
  const keyName = index % 3 === 0 ? `Song Key ${index}` : `song_${index}`;
  const tieName = index % 2 === 0 ? "id" : "Row Id";
  const time = index % 4 === 0 ? "Played At" : "played_at";
  const timeType = index % 5 === 0 ? "timestamp" : "timestamptz";
  const columns = [0, 1, 2, 3, 4].map((offset) => at(columnTypes, index * 5 + offset));
  const declared = [
    `"${keyName}" ${key.type} not null`,
    `"${tieName}" ${tie.type}`,
    `"${time}" ${timeType} not null`,
    "seq integer",
    ...columns.map(({ type }, position) => `"Column ${position}" ${type}`),
    `primary key ("${keyName}", "${tieName}")`,
  ];
  const values = [
    key.value("k"),
    tie.value("n"),
    "'2026-01-02 10:00:00.000001'",
    "n",
    ...columns.map((each) => each.value("n")),
  ];
  return {
    table: name,
    key: keyName,
    time,
    script: `create table "${name}" (${declared.join(", ")});
      insert into "${name}" select ${values.join(", ")} from generate_series(1, 2) as k, generate_series(1, 2) as n;`,
  };
}

const FOREIGN = `
create table plays_by_uuid (id uuid primary key default gen_random_uuid(), song_id bigint not null, played_at timestamptz not null);
insert into plays_by_uuid (song_id, played_at) select 1, '2026-01-02' from generate_series(1, 3);
create table "Votes" (id "Grade" not null, film_id uuid not null, "votedAt" timestamptz not null, primary key (film_id, id));
insert into "Votes" select (array['a', 'b'])[n]::"Grade", ${uuid("1")}, '2026-01-02' from generate_series(1, 2) as n;
create table visits (id uuid_domain primary key, page_id integer not null, seen timestamptz not null);
insert into visits select ${uuid("n")}, 1, '2026-01-02' from generate_series(1, 2) as n;`;

const foreign = [
  { table: "plays_by_uuid", key: "song_id", time: "played_at", rows: 3 },
  { table: "Votes", key: "film_id", time: "votedAt", rows: 2 },
  { table: "visits", key: "page_id", time: "seen", rows: 2 },
];

const generated = Array.from({ length: 30 }, (_, index) => generatedTable(index));

for (const target of testDatabases("main").filter(({ kind }) => kind === "postgres")) {
  describe.skipIf(target.skip)(`init on tables of every type, ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let project: CliProject;
    beforeAll(async () => {
      opened = await target.open();
      await opened.database.script([TYPES, FOREIGN, ...generated.map(({ script }) => script)].join("\n"));
      project = await createCliProject({ DATABASE_URL: opened.url });
    });
    afterAll(async () => {
      await project?.remove();
      await opened?.drop();
    });

    test("the scaffolded project passes check, test and plan, and can be applied, materialized, read and trained on", {
      timeout: 600_000,
    }, async () => {
      const tables = [...foreign, ...generated.map((table) => ({ ...table, rows: 2 }))];
      const views: string[] = [];
      for (const [index, { table, key, time }] of tables.entries()) {
        const made = await project.json(
          ...["init", `made/t${index}`, "--table", `public."${table}"`, "--key", key, "--time", time],
        );
        expect(made, table).toMatchObject({ code: 0, document: { table: `public.${table}` } });
        views.push((made.document as { view: string }).view.replace(/@1$/, ""));
      }
      const definitions = ["--definitions", "made"];
      const checked = await project.json("check", "--strict", ...definitions);
      const { diagnostics } = checked.document as { diagnostics: { code: string }[] };
      expect(diagnostics.filter(({ code }) => code !== "entity_without_population")).toEqual([]);
      const tested = (await project.json("test", ...definitions)).document as { tests: { passed: boolean }[] };
      expect(tested.tests.filter(({ passed }) => !passed)).toEqual([]);
      expect(tested.tests).toHaveLength(2 * tables.length);
      expect(await project.json("plan", ...definitions)).toMatchObject({ code: 0, document: { outcome: "changes" } });
      expect(await project.json("apply", ...definitions)).toMatchObject({ code: 0 });
      const run = (await project.json("materialize")).document as { views: { state: string }[] };
      expect(run.views.filter(({ state }) => state !== "published")).toEqual([]);
      expect(run.views).toHaveLength(tables.length);

      for (const [index, { table, key, rows }] of tables.entries()) {
        const view = views[index] ?? "";
        const [keyRow] = await opened.database.query<{ key: string; entity: string; part: string }>({
          text: `select (select min(t."${key}"::text) from public."${table}" as t) as key, definition -> 'entity' ->> 'name' as entity,
            definition -> 'entity' -> 'key' -> 0 ->> 'name' as part from featstore.feature_views where name = $1`,
          parameters: [view],
        });
        const { key: id = "", entity = "", part = "" } = keyRow ?? {};
        const read = await project.json("get", entity, id);
        expect(read, table).toMatchObject({ code: 0 });
        const { columns, rows: found } = read.document as { columns: string[]; rows: unknown[][] };
        const values = Object.fromEntries(columns.map((column, position) => [column, found[0]?.[position]]));
        // For rows of the same time, the last by the tie-break is the latest.
        const expected = {
          [`${view}.row_count`]: rows,
          ...(index < foreign.length ? {} : { [`${view}.seq`]: 2 }),
        };
        expect(values, table).toMatchObject(expected);
        const times = ["2026-01-03T00:00:00Z", "2026-01-01T00:00:00Z"];
        await project.write({
          "spine.csv": `${part},as_of\n${times.map((time) => `"${id}",${time}\n`).join("")}`,
        });
        const features = Object.keys(expected).join(",");
        const trained = await project.run(
          ...["training-set", "--features", features, "--spine", "spine.csv", "--out", "set.csv"],
        );
        expect(trained, table).toMatchObject({ code: 0 });
        const [, now, before] = (await readFile(join(project.folder, "set.csv"), "utf8")).split("\n");
        expect(now?.endsWith(`,${Object.values(expected).join(",")}`), `${table}: ${now}`).toBe(true);
        expect(before?.endsWith(`Z${",".repeat(Object.keys(expected).length)}`), `${table}: ${before}`).toBe(true);
      }
    });
  });
}

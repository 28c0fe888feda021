import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addPrimaryKey, createTable } from "../../src/compile/generations/tables";
import { type FeatureView, servingQueries, verificationQuery } from "../../src/compiler";
import { entity, featureView, int32, int64, latest, source, string } from "../../src/index";
import type { ValueType } from "../../src/ir/types";
import { type SqlDatabase, sqlTargets } from "./support/databases";

const songs = source({
  name: "songs",
  table: "songs",
  key: { song: int64(), artist: string() },
  eventTime: "at",
  history: "current",
  columns: { plays: int32().nullable(), rating: string().nullable() },
});
const plain = featureView({
  name: "typed",
  version: 3,
  entity: entity({ name: "song", key: { song: int64(), artist: string() } }),
  from: songs,
  features: (s) => ({ plays: latest(s.plays), rating: latest(s.rating.float64().strict()) }),
}).ir;

/** The view with a feature of each of these types; only names and types affect how a table is read. */
function withTypes(types: Readonly<Record<string, ValueType>>): FeatureView {
  const [feature] = plain.features;
  if (!feature) throw new Error("The view has no features");
  return { ...plain, features: Object.entries(types).map(([name, type]) => ({ ...feature, name, type })) };
}

const types = {
  a_bool: "bool",
  b_int32: "int32",
  c_int64: "int64",
  d_float32: "float32",
  e_float64: "float64",
  f_decimal: "decimal",
  g_string: "string",
  h_timestamp: "timestamp",
  i_date: "date",
  j_json: "json",
  k_texts: "string[]",
  l_floats: "float64[]",
} as const;

for (const target of sqlTargets("main")) {
  describe.skipIf(target.skip)(`reading a generation on ${target.name}`, () => {
    const view = withTypes(types);
    const table = "typed_v3_g7";
    let database: SqlDatabase;
    beforeAll(async () => {
      database = await target.open("Asia/Kolkata");
      await database.script(createTable(view, table));
      await database.script(`
        insert into features.${table} values
        ('', 9007199254740993, 'it''s, "so"', '2026-01-01T00:00:00.123456Z', true, -7, 9223372036854775807, 0.1, 0.1, 1.50, E'a"\\\\\\n\\u00e9😀',
          '2026-06-01T00:00:00.000001Z', '2026-02-28', '{"a": [1.50, null]}', '{a,"b,c"}', '{0.1,1e300}', null),
        ('', 1, 'z', null, null, null, null, null, null, null, null, null, null, null, null, null, '{c_int64}'),
        ('t', 1, 'z', '1969-12-31T23:59:59.999999Z', false, 0, 0, 1e20, 123456789.123456789, 0, '', '0001-01-01T00:00:00Z', '0001-01-01', 'null', '{}', '{}', null);
      `);
      await database.script(addPrimaryKey(view, table));
    });
    afterAll(() => database?.close());

    const full = {
      a_bool: "true",
      b_int32: "-7",
      c_int64: '"9223372036854775807"',
      d_float32: "0.1",
      e_float64: "0.1",
      f_decimal: '"1.50"',
      g_string: '"a\\"\\\\\\né😀"',
      h_timestamp: '"2026-06-01T00:00:00.000001Z"',
      i_date: '"2026-02-28"',
      j_json: '{"a": [1.50, null]}',
      k_texts: '["a","b,c"]',
      l_floats: "[0.1,1e+300]",
    };
    const empty = Object.fromEntries(Object.keys(types).map((name) => [name, "null"]));

    test("reads rows by keys, each value as JSON", async () => {
      const { byKeys } = servingQueries(view, table);
      const rows = await database.query(byKeys, [
        "",
        '[["9007199254740993", "it\'s, \\"so\\""], [1, "z"], ["1", "Z"], ["x", "z"], ["99999999999999999999", "z"], [9007199254740993, "it\'s, \\"so\\""]]',
      ]);
      const ordered = [...rows].sort((a, b) => Number(a._position) - Number(b._position));
      expect(ordered).toEqual([
        { _position: "1", _event_time: "1767225600123456", ...full },
        { _position: "2", _event_time: null, ...empty },
        { _position: "6", _event_time: "1767225600123456", ...full },
      ]);
    });

    test("reads only rows of the requested scope", async () => {
      const { byKeys } = servingQueries(view, table);
      expect(await database.query(byKeys, ["t", '[["1", "z"]]'])).toMatchObject([
        {
          _event_time: "-1",
          a_bool: "false",
          d_float32: "1e+20",
          e_float64: "123456789.12345679",
          h_timestamp: '"0001-01-01T00:00:00.000000Z"',
        },
      ]);
      expect(await database.query(byKeys, ["u", '[["1", "z"]]'])).toEqual([]);
    });

    test("reads all rows in key order, keys as texts", async () => {
      const rows = await database.query(servingQueries(view, table).all);
      expect(rows.map(({ _tenant, song, artist }) => [_tenant, song, artist])).toEqual([
        ["", "1", "z"],
        ["", "9007199254740993", 'it\'s, "so"'],
        ["t", "1", "z"],
      ]);
      expect(rows[1]).toMatchObject(full);
      for (const row of rows) {
        for (const name of Object.keys(types)) expect(() => JSON.parse(row[name] ?? "")).not.toThrow();
      }
    });

    test("formats times outside the years 1 to 9999 with a sign and six digits of the year", async () => {
      const dated = withTypes({ day: "date", at: "timestamp" });
      const far = "typed_v3_g10";
      await database.script(createTable(dated, far));
      await database.script(`insert into features.${far} (_tenant, song, artist, day, at) values
        ('', 1, 'a', '0044-03-15 BC', '0044-03-15T12:00:00.5Z BC'), ('', 2, 'a', '0001-12-31 BC', '0001-12-31T23:59:59.999999Z BC'),
        ('', 3, 'a', '9999-12-31', '9999-12-31T23:59:59.999999Z'), ('', 4, 'a', '10000-01-01', '10000-01-01T00:00:00Z'),
        ('', 5, 'a', '4714-11-24 BC', '4714-11-24T00:00:00Z BC'), ('', 6, 'a', '5874897-12-31', '294276-12-31T23:59:59.999999Z'),
        ('', 7, 'a', 'infinity', '-infinity')`);
      const rows = await database.query(servingQueries(dated, far).all);
      expect(rows.map(({ day, at }) => [day, at])).toEqual([
        ['"-000043-03-15"', '"-000043-03-15T12:00:00.500000Z"'],
        ['"+000000-12-31"', '"+000000-12-31T23:59:59.999999Z"'],
        ['"9999-12-31"', '"9999-12-31T23:59:59.999999Z"'],
        ['"+010000-01-01"', '"+010000-01-01T00:00:00.000000Z"'],
        ['"-004713-11-24"', '"-004713-11-24T00:00:00.000000Z"'],
        ['"+5874897-12-31"', '"+294276-12-31T23:59:59.999999Z"'],
        ['"infinity"', '"-infinity"'],
      ]);
    });

    test("formats floats independent of the session", async () => {
      await database.script("set extra_float_digits = -15");
      try {
        const [row] = await database.query(servingQueries(view, table).byKeys, ["t", '[["1", "z"]]']);
        expect(row).toMatchObject({ e_float64: "123456789.12345679", d_float32: "1e+20", l_floats: "[]" });
      } finally {
        await database.script("reset extra_float_digits");
      }
    });

    test("reports everything that prevents publishing", async () => {
      const checked = withTypes({
        rating: "float64",
        single: "float32",
        at: "timestamp",
        day: "date",
        amount: "decimal",
        list: "float64[]",
      });
      const other = "typed_v3_g8";
      const strict = {
        ...checked,
        features: checked.features.map((each, index) =>
          index === 0 ? { ...each, expression: plain.features[1]?.expression ?? each.expression } : each,
        ),
      };
      await database.script(createTable(checked, other));
      await database.script(`
        insert into features.${other} (_tenant, song, artist, rating, single, at, day, amount, list, _unparsed) values
        ('', 1, 'a', 'NaN', 'Infinity', 'infinity', '-infinity', 'NaN', '{1,NaN}', null),
        ('', 2, 'a', '-Infinity', 3.4028235e38, null, null, 1, '{}', '{rating,day}'),
        ('', 3, 'a', 1.7976931348623157e308, null, null, null, 1, null, '{rating}'),
        ('', 4, 'a', null, null, null, null, null, null, '{rating}'), ('', 5, 'a', null, null, null, null, null, null, '{rating}')`);
      const [row] = await database.query(verificationQuery(strict, other));
      expect(row?.rows).toBe("5");
      expect(JSON.parse(row?.non_finite ?? "")).toEqual({ rating: 2, single: 1, at: 1, day: 1, amount: 1, list: 1 });
      expect(JSON.parse(row?.unparsed ?? "")).toEqual({
        rating: { rows: 4, strict: true, examples: [2, 3, 4].map((song) => ({ _tenant: "", song, artist: "a" })) },
        day: { rows: 1, strict: false, examples: [{ _tenant: "", song: 2, artist: "a" }] },
      });
    });

    test.skipIf(!target.hasVectors)("reads vectors by keys, separate from the other features", async () => {
      const embedded = withTypes({ lyrics: "vector(3)", plays: "int32" });
      const vectors = "typed_v3_g9";
      await database.script(createTable(embedded, vectors));
      await database.script(`insert into features.${vectors} (_tenant, song, artist, _event_time, lyrics, plays) values
        ('', 1, 'a', '1970-01-01T00:00:00Z', '[0.1,2,3]', 4), ('', 2, 'a', null, null, 5)`);
      const { byKeys, vectorsByKeys } = servingQueries(embedded, vectors);
      const keys = ["", '[["2", "a"], ["1", "a"], ["3", "a"]]'];
      const rows = await database.query(vectorsByKeys.lyrics ?? "", keys);
      expect([...rows].sort((a, b) => Number(a._position) - Number(b._position))).toEqual([
        { _position: "1", _event_time: null, vector: null },
        { _position: "2", _event_time: "0", vector: "[0.1,2,3]" },
      ]);
      expect((await database.query(byKeys, keys)).map((row) => Object.keys(row))).toEqual([
        ["_position", "_event_time", "plays"],
        ["_position", "_event_time", "plays"],
      ]);
    });
  });
}

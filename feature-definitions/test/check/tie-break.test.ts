import { expect, test } from "vitest";
import { type CatalogRelation, checkDefinitions, checkTieBreaks } from "../../src/compiler";
import {
  type ColumnDefinition,
  entity,
  featureView,
  float64,
  int32,
  int64,
  latest,
  source,
  string,
} from "../../src/index";

type Columns = Record<string, ColumnDefinition<"int64" | "int32" | "string" | "float64", boolean>>;

type FoundRelation = Extract<CatalogRelation, { readonly state: "found" }>;

/** The suggestion for rows with these columns and the entity key `song_id`. */
function advice(columns: Columns, catalog?: Partial<FoundRelation>): string | null | undefined {
  const plays = source({
    name: "plays",
    table: "plays",
    key: { song_id: int64().from("song") },
    eventTime: "played_at",
    history: "events",
    columns: { seconds: float64(), ...columns },
  });
  const view = featureView({
    name: "listening",
    version: 1,
    entity: entity({ name: "song", key: { song_id: int64() } }),
    from: plays,
    features: (row) => ({ last: latest(row.seconds) }),
  });
  const definitions = { featureViews: [view.ir], featureServices: [] };
  const found =
    catalog === undefined
      ? checkDefinitions(definitions)
      : checkTieBreaks(definitions, {
          tableNames: [],
          hasVectorExtension: false,
          relations: [
            {
              ...{ state: "found", relation: { kind: "table", schema: null, table: "plays" } },
              ...{ columns: [], isReadable: true, uniqueKeys: [], ...catalog },
            },
          ],
        });
  return found.find(({ code }) => code === "tie_break_missing")?.suggestion;
}

test("suggests a tie-break from the declared columns", () => {
  expect(advice({ device: string(), attempt: int32(), id: string() })).toContain('`tieBreak: "id"`');
  expect(advice({ device: string(), attempt: int32() })).toContain('`tieBreak: "attempt"`');
  expect(advice({ song: int64(), device: string() })).toContain('`tieBreak: "device"`');
  expect(advice({})).toContain("`tieBreak`");
});

test("gives no advice if a unique index covers the key and the event time", () => {
  expect(advice({ id: string() }, { uniqueKeys: [["played_at", "song"]] })).toBeUndefined();
  expect(advice({ id: string() }, { uniqueKeys: [["song", "played_at", "id"]] })).toContain('`tieBreak: "id"`');
  expect(advice({}, { uniqueKeys: [["song_id", "played_at"]] })).toContain("`tieBreak");
});

test("suggests the primary key of the table, under its declared names", () => {
  const shop = int64().from("Shop No");
  const keys = { primaryKey: ["Shop No", "played_at", "nr"], uniqueKeys: [["code"], ["Shop No", "played_at", "nr"]] };
  expect(advice({ id: string(), shop }, keys)).toContain('`tieBreak: ["shop","nr"]`');
  expect(advice({ id: string() }, { uniqueKeys: [["a", "b"], ["code"]] })).toContain('`tieBreak: "code"`');
});

test("gives the same advice as without a database if there is no unique index", () => {
  expect(advice({ device: string() }, {})).toBe(advice({ device: string() }));
  expect(advice({ device: string() }, {})).toContain('`tieBreak: "device"`');
});

import { expect, test } from "vitest";
import {
  type CatalogRelation,
  type ColumnDefinition,
  checkDefinitions,
  checkTieBreaks,
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

/** What is advised for rows of these columns, of which the entity's key is `song_id`. */
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

test("a tie-break is advised of the columns that there are", () => {
  expect(advice({ device: string(), attempt: int32(), id: string() })).toContain('`tieBreak: "id"`');
  expect(advice({ device: string(), attempt: int32() })).toContain('`tieBreak: "attempt"`');
  expect(advice({ song: int64(), device: string() })).toContain('`tieBreak: "device"`');
  expect(advice({})).toBe("Add `tieBreak` to the source, with columns that differ between such rows.");
});

test("a unique index over the key and the event time rules ties out", () => {
  expect(advice({ id: string() }, { uniqueKeys: [["played_at", "song"]] })).toBeUndefined();
  expect(advice({ id: string() }, { uniqueKeys: [["song", "played_at", "id"]] })).toContain('`tieBreak: "id"`');
  expect(advice({}, { uniqueKeys: [["song_id", "played_at"]] })).toContain("`tieBreak");
});

test("the primary key is advised where the database has one, under its declared name", () => {
  const shop = int64().from("Shop No");
  const keys = { primaryKey: ["Shop No", "played_at", "nr"], uniqueKeys: [["code"], ["Shop No", "played_at", "nr"]] };
  expect(advice({ id: string(), shop }, keys)).toBe(
    'Add `tieBreak: ["shop","nr"]` to the source: a unique index says that no two rows have the same.',
  );
  expect(advice({ id: string() }, { uniqueKeys: [["a", "b"], ["code"]] })).toContain('`tieBreak: "code"`');
});

test("without a unique index the advice is the one without a database", () => {
  expect(advice({ device: string() }, {})).toContain('`tieBreak: "device"` to the source, or other columns');
});

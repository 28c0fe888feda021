import { expect, test } from "vitest";
import {
  type ColumnDefinition,
  checkDefinitions,
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

/** What is advised for rows of these columns, of which the entity's key is `song_id`. */
function advice(columns: Columns): string | null | undefined {
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
  const found = checkDefinitions({ featureViews: [view.ir], featureServices: [] });
  return found.find(({ code }) => code === "tie_break_missing")?.suggestion;
}

test("a tie-break is advised of the columns that there are", () => {
  expect(advice({ device: string(), attempt: int32(), id: string() })).toContain('`tieBreak: "id"`');
  expect(advice({ device: string(), attempt: int32() })).toContain('`tieBreak: "attempt"`');
  expect(advice({ song: int64(), device: string() })).toContain('`tieBreak: "device"`');
  expect(advice({})).toBe("Add `tieBreak` to the source, with columns that differ between such rows.");
});

import { describe, expect, test } from "vitest";
import { type ComparedView, comparisonQuery, compileView, postgresDialect } from "../../src/compiler";
import { count, featureView } from "../../src/index";
import { events, track } from "../author/fixtures";

const { ir: view } = featureView({
  name: "plays",
  version: 1,
  entity: track,
  from: events,
  features: () => ({ n: count().describe("N") }),
});
const compared = (text: string, parameters: readonly string[]): ComparedView => ({ view, text, parameters });
/** The second text as it occurs in the query. */
const second = (text: string): string => {
  const query = comparisonQuery(compared("first", ["a", "b"]), compared(`<<${text}>>`, ["c"]), {
    size: 10,
    fraction: 1,
  });
  return /<<([\s\S]*)>>/.exec(query.text)?.[1] ?? "";
};

describe("the query that compares two versions", () => {
  test.each([
    ["select $2::text, $1::text, $13", "select $4::text, $1::text, $15"],
    ["'$2' || $2 || 'it''s $2'", "'$2' || $4 || 'it''s $2'"],
    ["E'\\'$2' || $2", "E'\\'$2' || $4"],
    ['"$2"."a$2" = $2', '"$2"."a$2" = $4'],
    ["a$2 = $2", "a$2 = $4"],
    ["-- $2 isn't one\n$2", "-- $2 isn't one\n$4"],
    ["/* $2 isn't one */ $2", "/* $2 isn't one */ $4"],
    ["$$ $2 $$ || $tag$ $2 $tag$ || $2", "$$ $2 $$ || $tag$ $2 $tag$ || $4"],
  ])("renumbers only the placeholders of %s", (text, moved) => {
    expect(second(text)).toBe(moved);
  });

  test("has the parameters of both, in the order of their placeholders", () => {
    const query = comparisonQuery(compared("$2 $3", ["a", "b"]), compared("$2", ["c"]), { size: 10, fraction: 1 });
    expect(query.parameters).toEqual(["a", "b", "c"]);
  });

  test("restricts the entities only if a part is requested", () => {
    const both = compileView(postgresDialect, view);
    const text = (fraction: number) =>
      comparisonQuery({ view, ...both }, { view, ...both }, { size: 10, fraction }).text;
    expect(text(0.5)).toMatch(/where \(hashtextextended\(.*\) & 9223372036854775807\) <= 4611686018\d+/);
    expect(text(1)).not.toMatch(/hashtextextended\(.*<=/);
  });
});

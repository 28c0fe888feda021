import { expect, test } from "vitest";
import { clockOrChanceIn } from "../../src/check/clock-and-chance";

test.for([
  ["now()", "now()"],
  ["extract(epoch from NOW ( ) - played_at)", "now()"],
  ["pg_catalog.now()", "now()"],
  ["floor(random() * 10)", "random()"],
  ["clock_timestamp()", "clock_timestamp()"],
  ["gen_random_uuid()::text", "gen_random_uuid()"],
  ["played_at < current_timestamp", "current_timestamp"],
  ["CURRENT_DATE - day", "current_date"],
  ["localtimestamp(0)", "localtimestamp"],
  ["nextval('numbers')", "nextval()"],
  ["age(played_at)", "age() of one argument"],
  ["age(coalesce(played_at, added_at))", "age() of one argument"],
  ["played_at > 'now'::timestamptz", "'now'"],
  ["date 'Today'", "'Today'"],
  ["select *, /* of \n late */ now() as as_of from plays -- now", "now()"],
] as const)("finds that %s depends on the time or on chance", ([text, found]) => {
  expect(clockOrChanceIn(text)).toBe(found);
});

test("finds functions of DuckDB in texts of DuckDB only", () => {
  expect(clockOrChanceIn("day < today()", "duckdb")).toBe("today()");
  expect(clockOrChanceIn("now()", "duckdb")).toBe("now()");
  expect(clockOrChanceIn("day < today()")).toBeNull();
});

test.for([
  "plays.now + now",
  "now * 2",
  '"now"',
  '"now()"',
  "'now()' || label",
  "'it''s now()'",
  "E'now()'",
  "$$now()$$ || $tag$ random() $tag$",
  "-- now()\nlabel",
  "/* random() */ label",
  "music.now()",
  "music.random(label)",
  "snow() + randomly(1) + nowadays()",
  "age(played_at, added_at)",
  "plays.current_date",
  "day as current_date",
  'plays."current_timestamp"',
  "label = 'now' or label in ('today', 'tomorrow')",
  "to_char(played_at, 'YYYY')",
])("finds nothing in %s", (text) => {
  expect(clockOrChanceIn(text)).toBeNull();
});

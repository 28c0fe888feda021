import { expect, test } from "vitest";
import { indent } from "../../../src/compile/text/quote";

test.each([
  ["every line", "select a\nfrom t", "  select a\n  from t"],
  ["no empty line", "a\n\nb", "  a\n\n  b"],
  ["no line of a constant", "select 'a\nb''\nc', d\nfrom t", "  select 'a\nb''\nc', d\n  from t"],
  ["no line of a constant with escapes", "select e'a\\'\nb'\nfrom t", "  select e'a\\'\nb'\n  from t"],
  ["no line of a quoted name", 'select "a\nb"\nfrom t', '  select "a\nb"\n  from t'],
  ["no line of a dollar-quoted constant", "select $x$a\n$$\nb$x$\nfrom t", "  select $x$a\n$$\nb$x$\n  from t"],
  ["lines after a comment with a quotation mark", "-- it's\nselect 1", "  -- it's\n  select 1"],
  ["no other character that ends a line", "select 'a\u2028b'\nfrom t", "  select 'a\u2028b'\n  from t"],
])("indents %s", (_, text, expected) => {
  expect(indent(text)).toBe(expected);
});

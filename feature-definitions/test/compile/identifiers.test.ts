import { expect, test } from "vitest";
import { quoteName, quoteText } from "../../src/compile/text/quote";
import { isName } from "../../src/compile/tree/identifiers";

test.each(["a", "lyric_sentiment", "a1", `a${"b".repeat(39)}`])("accepts the name %s", (name) =>
  expect(isName(name)).toBe(true),
);

test.each(["", "A", "1a", "_a", "a-b", "a.b", "a@1", "ä", "a b", "a".repeat(41), "a\n"])(
  "rejects the name %j",
  (name) => expect(isName(name)).toBe(false),
);

test("doubles quotes inside a name", () => {
  expect(quoteName('a"b')).toBe('"a""b"');
  expect(quoteText("it's")).toBe("'it''s'");
});

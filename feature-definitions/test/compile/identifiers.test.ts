import { expect, test } from "vitest";
import { quoteName, quoteText } from "../../src/compile/render-postgres/quote";
import { generationTable, isName, viewTable } from "../../src/index";

test.each(["a", "lyric_sentiment", "a1", `a${"b".repeat(39)}`])("%s is a name", (name) =>
  expect(isName(name)).toBe(true),
);

test.each(["", "A", "1a", "_a", "a-b", "a.b", "a@1", "ä", "a b", "a".repeat(41), "a\n"])("%j is none", (name) =>
  expect(isName(name)).toBe(false),
);

test("tables carry version and generation", () => {
  expect(viewTable({ name: "lyric_sentiment", version: 2 })).toBe("lyric_sentiment_v2");
  expect(generationTable({ name: "lyric_sentiment", version: 2 }, 7)).toBe("lyric_sentiment_v2_g7");
});

test("a name that PostgreSQL would cut is refused", () => {
  const view = { name: "a".repeat(40), version: 999_999_999_999 };
  expect(generationTable(view, 1)).toHaveLength(57);
  expect(() => generationTable(view, 999_999_999)).toThrow(RangeError);
});

test("quotes inside are doubled", () => {
  expect(quoteName('a"b')).toBe('"a""b"');
  expect(quoteText("it's")).toBe("'it''s'");
});

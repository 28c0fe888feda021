import fc from "fast-check";

/** Every ASCII character but NUL, which PostgreSQL's texts cannot hold. */
export const asciiCharacters = Array.from({ length: 127 }, (_, index) => String.fromCharCode(index + 1));

/** Sequences with a meaning in SQL, JSON, CSV, COPY, templates or patterns, and characters without a glyph of their own. */
export const escapes = [
  ..."abfnrtvNuUxE01.'\"\\".split("").map((character) => `\\${character}`),
  ...[
    "\\u0041",
    "\\x41",
    "\\101",
    "\\\\N",
    "E'\\v'",
    "U&'\\0041'",
    "$1",
    "$$",
    "$a$",
    "''",
    '""',
    "`",
    "--",
    "/*",
    "*/",
  ],
  ...[";", ":name", "?", "%s", "%%", "{}", "{{", "${", "<!--", "]]>", "&amp;", "=1+1", ",", "\r\n", "null", "NULL"],
  ...["\u0085", "\u00a0", "\u00ad", "\u200b", "\u200d", "\u2028", "\u2029", "\u202e", "\u3000", "\ufeff", "\ufffd"],
  ...["\uffff", "\u{10ffff}", "👩\u200d🚀", "\u0301", "e\u0301"],
];

/** Texts of every single character and every escape, alone and beside each other. */
export const unusualText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...asciiCharacters),
  fc.constantFrom(...escapes),
  fc.string({ unit: fc.constantFrom(...asciiCharacters, ...escapes), maxLength: 4 }),
);

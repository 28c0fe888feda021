import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compareCodePoints, compileDataset, postgresDialect } from "../../src/compiler";
import { speechesDataset } from "../datasets/fixtures";
import { asciiCharacters } from "./support/arbitrary-texts";
import { type SqlDatabase, sqlTargets } from "./support/databases";

/*
 * The law: for random rows, the compiled SQL of a dataset gives the rows of the plain evaluation below. LAW_RUNS sets
 * the number of cases per database; LAW_SEED repeats a failed run.
 */

const runs = Math.ceil(Number(process.env.LAW_RUNS) / 4);

interface Speech {
  readonly speech_id: number | null;
  readonly language: string | null;
  readonly speaker: string | null;
  readonly body: string | null;
  readonly words: number;
  readonly votes: string | null;
  readonly held_at: string | null;
  readonly data: { readonly tone: string } | null;
}

const anySpeech: fc.Arbitrary<Speech> = fc.record({
  speech_id: fc.constantFrom(1, 2, 3, 10, -4, null),
  language: fc.constantFrom("a", "B", "é", "a", null),
  speaker: fc.oneof(
    fc.constantFrom("Ada", "ada", "test", " n/A ", "", "\tN/A\n", null),
    fc.string({ unit: fc.constantFrom(...asciiCharacters), maxLength: 3 }),
  ),
  body: fc.constantFrom("One, two.", "one  TWO", "one", "!?", "", "N/A", "Two one", null),
  words: fc.integer({ min: -1, max: 6 }),
  votes: fc.constantFrom("7", "-12", "9223372036854775808", "n/a", "many", null),
  held_at: fc.constantFrom("2026-01-01T00:00:00", "1900-01-01T00:00:00", null),
  data: fc.constantFrom({ tone: "calm" }, { tone: " N/A" }, null),
});

type Published = readonly [excluded: string | null, ...values: (string | null)[]];

const present = (text: string | null): string | null =>
  text === null || ["", "n/a"].includes(text.trim().toLowerCase()) ? null : text;

/** Compares as SQL sorts: texts by code point, nulls last. */
function compare(left: string | number | null, right: string | number | null): number {
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  return typeof left === "number" ? left - Number(right) : compareCodePoints(left, String(right));
}

function firstDifference(
  left: readonly (string | number | null)[],
  right: readonly (string | number | null)[],
): number {
  return left.map((value, index) => compare(value, right[index] ?? null)).find((order) => order !== 0) ?? 0;
}

/** Returns the published rows and those left out; each row is in one of them. */
function evaluate(speeches: readonly Speech[], takenDown: ReadonlySet<string>): readonly Published[] {
  const read = speeches.flatMap(({ speech_id: id, language, ...row }) => {
    if (id === null || language === null || row.words < 0) return [];
    const [speaker, body, votes] = [present(row.speaker), present(row.body), present(row.votes)];
    const reason = takenDown.has(JSON.stringify([String(id), language]))
      ? "taken_down"
      : row.words < 3
        ? "too_short"
        : speaker === "test"
          ? "test_row"
          : null;
    const rank = [Number(reason !== null), speaker, body, row.words, votes, row.held_at, row.data?.tone ?? null];
    return [
      {
        id,
        language,
        words: row.words,
        tone: row.data?.tone ?? null,
        heldAt: row.held_at,
        ...{ speaker, body, votes, reason, rank },
      },
    ];
  });
  const sorted = read.toSorted((a, b) => firstDifference([a.id, a.language, ...a.rank], [b.id, b.language, ...b.rank]));
  const keys = new Set<string>();
  const texts = new Set<string>();
  return sorted.map(({ id, language, words, tone, heldAt, speaker, body, votes, reason }): Published => {
    const key = JSON.stringify([id, language]);
    const normalized = (body ?? "")
      .toLowerCase()
      .replace(/[^a-z\s]/g, "")
      .replace(/\s+/g, " ")
      .trim();
    const isCopy = keys.has(key);
    keys.add(key);
    const isKnown = texts.has(normalized) && normalized !== "";
    const excluded = reason ?? (isCopy ? "duplicate_key" : isKnown ? "duplicate_text" : null);
    if (excluded === null) texts.add(normalized);
    const values = [String(id), language, speaker, body, String(words), votes, present(tone)];
    return [excluded, ...values, heldAt && "held", String(words / 1000)];
  });
}

const sortedText = (rows: readonly Published[]): readonly string[] => rows.map((row) => JSON.stringify(row)).sort();

describe.each(sqlTargets("all"))("$name", ({ skip, open }) => {
  describe.skipIf(skip)("gives", () => {
    let database: SqlDatabase;
    beforeAll(async () => {
      database = await open();
      await database.script(`create schema archive;
        create table archive.speeches (speech_id bigint, language text, speaker text, body text, words integer, votes text,
          held_at timestamp, data jsonb);
        create table archive.takedowns (dataset text, key_digest text);
        create schema if not exists featstore;
        create or replace function featstore.key_digest(p_key jsonb) returns text language sql immutable as $$
          select encode(sha256(convert_to(p_key::text, 'UTF8')), 'hex')
        $$`);
    });
    afterAll(() => database.close());

    const { text } = compileDataset(postgresDialect, speechesDataset.ir, {
      service: null,
      takedowns: { schema: "archive", table: "takedowns" },
    });

    test("each ASCII character as it is, but for white space, which is missing", async () => {
      const texts = ["", " ", "v", "nav"].flatMap((before) => asciiCharacters.map((character) => before + character));
      const speeches = texts.map((speaker, id) => ({ speech_id: id, language: "a", speaker, words: 3 }));
      await database.script("truncate archive.speeches, archive.takedowns");
      await database.query(
        "insert into archive.speeches select * from jsonb_populate_recordset(null::archive.speeches, $1::text::jsonb)",
        [JSON.stringify(speeches)],
      );
      const rows = await database.query(text);
      expect(rows.map(({ speaker }) => speaker)).toEqual(texts.map(present));
    });

    test("the rows of the plain evaluation, in order of the key", async () => {
      const anyTakedown = fc.constantFrom('["1", "a"]', '["10", "B"]', '["1", "é"]', '["7", "a"]');
      await fc.assert(
        fc.asyncProperty(
          fc.array(anySpeech, { maxLength: 14 }),
          fc.array(anyTakedown, { maxLength: 3 }),
          async (speeches, keys) => {
            await database.script("truncate archive.speeches, archive.takedowns");
            await database.query(
              "insert into archive.speeches select * from jsonb_populate_recordset(null::archive.speeches, $1::text::jsonb)",
              [JSON.stringify(speeches)],
            );
            await database.query(
              `insert into archive.takedowns
                select 'speeches', featstore.key_digest(key::jsonb) from jsonb_array_elements_text($1::text::jsonb) as key
                union all select 'other', featstore.key_digest('["2", "a"]')`,
              [JSON.stringify(keys)],
            );
            const rows = (await database.query(text)).map((row): Published => {
              const [excluded = null, ...values] = Object.values({ ...row, held_at: row.held_at ? "held" : null });
              return [excluded, ...values];
            });
            const taken = new Set(keys.map((key) => JSON.stringify(JSON.parse(key))));
            const expected = evaluate(speeches, taken);
            expect(sortedText(rows)).toEqual(sortedText(expected));
            const stays = ([excluded]: Published): boolean => excluded === null;
            expect(rows.filter(stays)).toEqual(expected.filter(stays));
          },
        ),
        { numRuns: runs },
      );
    });
  });
});

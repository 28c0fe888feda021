import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { analyseEmotion, readLexicon } from "../state-of-the-union/scripts/emotion-lexicon";
import { readAddresses } from "../state-of-the-union/scripts/read-addresses";
import { analyseByRules, gradeLevel } from "../state-of-the-union/scripts/rules";
import { absoluteSentiment } from "../state-of-the-union/scripts/sentiment-lexicon";
import { readText } from "../state-of-the-union/scripts/text";

const folder = join(import.meta.dirname, "../state-of-the-union/data");

interface Analysis {
  readonly id: number;
  readonly speech_id: number;
  readonly analyzer: string;
  readonly model_version: string;
  readonly analyzed_at: string;
  readonly confidence: number | null;
  readonly grade_level: number | null;
  readonly sentiment: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}
interface Speech {
  readonly id: number;
  readonly speaker: string;
  readonly party: string | null;
  readonly body: string;
  readonly year: number;
}

const textOf = (name: string) => gunzipSync(readFileSync(join(folder, `${name}.ndjson.gz`))).toString("utf8");
const rowsOf = <Row>(name: string): Row[] =>
  textOf(name)
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

const speeches = rowsOf<Speech>("speeches");
const analyses = rowsOf<Analysis>("analyses");

test("the files match the hashes on the card and are small", () => {
  const card = readFileSync(join(folder, "..", "CARD.md"), "utf8");
  for (const name of ["speeches", "analyses", "speech_embeddings"]) {
    expect(card).toContain(createHash("sha256").update(textOf(name)).digest("hex"));
  }
  const sizes = readdirSync(folder).map((name) => statSync(join(folder, name)).size);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(6_000_000);
});

test("has 233 addresses with surrogate ids, two of them in 1953 and two in 1961", () => {
  expect(speeches.map((speech) => speech.id)).toEqual(Array.from({ length: 233 }, (_, at) => at + 1));
  const years = speeches.map((speech) => speech.year);
  expect(years.filter((year, at) => years.indexOf(year) !== at)).toEqual([1953, 1961]);
  expect(speeches.map(({ speaker, party, body }) => ({ speaker, party, body }))).toEqual(
    readAddresses().map(({ speaker, party, text }) => ({ speaker, party, body: text })),
  );
});

test("has two analyses of every address by each analyzer, the newer version's later", () => {
  expect(analyses.map((row) => row.id)).toEqual(Array.from({ length: 1398 }, (_, at) => at + 1));
  const versions = new Map<string, string[]>();
  for (const row of analyses) {
    const key = `${row.speech_id} ${row.analyzer}`;
    versions.set(key, [...(versions.get(key) ?? []), row.model_version]);
  }
  expect(versions.size).toBe(699);
  expect(new Set([...versions.values()].map((each) => each.join()))).toEqual(
    new Set(["rules-1,rules-2", "wink-absolute-1,wink-relative-2", "wordnet-3.1-near-1,wordnet-3.1-weighted-2"]),
  );
  expect(new Set(analyses.map((row) => row.analyzed_at)).size).toBe(1398);
});

test("the committed analyses equal the output of the scripts", () => {
  const lexicon = readLexicon();
  for (const id of [1, 117, 164, 233]) {
    const sentences = readText(speeches[id - 1]?.body ?? "");
    const analysisOf = (version: string) =>
      analyses.find((row) => row.speech_id === id && row.model_version === version);
    expect(analysisOf("rules-1")).toMatchObject({
      details: analyseByRules(sentences, "rules-1"),
      grade_level: gradeLevel(sentences),
    });
    expect(analysisOf("rules-2")?.details).toEqual(analyseByRules(sentences, "rules-2"));
    expect(analysisOf("wink-absolute-1")).toMatchObject(absoluteSentiment(sentences));
    for (const version of ["wordnet-3.1-near-1", "wordnet-3.1-weighted-2"] as const) {
      expect(analysisOf(version)?.details).toEqual(analyseEmotion(sentences, lexicon, version));
    }
  }
});

test("measures are within their ranges", () => {
  for (const row of analyses) {
    if (row.confidence !== null) {
      expect(row.confidence).toBeGreaterThanOrEqual(0);
      expect(row.confidence).toBeLessThanOrEqual(1);
    }
    if (row.analyzer === "emotion-lexicon") {
      const weights = Object.values(row.details.emotions as Record<string, number>);
      expect(weights).toHaveLength(6);
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 10);
    }
  }
  expect(new Set(analyses.map((row) => row.sentiment))).toEqual(new Set([null, "positive", "neutral", "negative"]));
});

test("every address has one unit vector of 384 dimensions", () => {
  const vectors = rowsOf<{ readonly id: number; readonly body_embedding: readonly number[] }>("speech_embeddings");
  expect(vectors.map((row) => row.id)).toEqual(speeches.map((speech) => speech.id));
  for (const { body_embedding: vector } of vectors) {
    expect(vector).toHaveLength(384);
    expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
  }
  const similarity = (a: number, b: number) =>
    (vectors[a - 1]?.body_embedding ?? []).reduce(
      (sum, value, at) => sum + value * (vectors[b - 1]?.body_embedding[at] ?? 0),
      0,
    );
  // Washington's second address is closer to his first than Biden's.
  expect(similarity(1, 2)).toBeGreaterThan(similarity(1, 233));
});

/** Writes data/speeches.ndjson.gz and data/analyses.ndjson.gz from the source package. The same input gives the same rows. */

import { analyseEmotion, readLexicon } from "./emotion-lexicon";
import { keyTerms } from "./key-terms";
import { readAddresses } from "./read-addresses";
import { analyseByRules, gradeLevel } from "./rules";
import { analysisTime } from "./schedule";
import { absoluteSentiment, collectionOf, relativeSentiment, scoreOf } from "./sentiment-lexicon";
import { speechRow } from "./speech-row";
import { readText } from "./text";
import { writeRows } from "./write-rows";

const addresses = readAddresses();
const texts = addresses.map((address) => readText(address.text));
const collection = collectionOf(texts.map(scoreOf));
const terms = keyTerms(texts);
const lexicon = readLexicon();

/** The period of each analysis run, in days before the reference. The first run covers every address before the second starts. */
const RUNS = {
  "rules-1": { from: 200, to: 170, salt: 1 },
  "wink-absolute-1": { from: 165, to: 140, salt: 2 },
  "wordnet-3.1-near-1": { from: 150, to: 120, salt: 3 },
  "rules-2": { from: 100, to: 20, salt: 4 },
  "wink-relative-2": { from: 60, to: 0, salt: 5 },
  "wordnet-3.1-weighted-2": { from: 35, to: 0, salt: 6 },
} as const;

interface Finding {
  readonly sentiment?: string;
  readonly confidence?: number;
  readonly themes?: string;
  readonly details: object;
  readonly grade_level?: number;
}

const rows = addresses.flatMap((address, at) => {
  const text = texts[at] ?? [];
  const row = (analyzer: string, version: keyof typeof RUNS, finding: Finding) => ({
    speech_id: address.id,
    analyzer,
    model_version: version,
    sentiment: finding.sentiment ?? null,
    confidence: finding.confidence ?? null,
    themes: finding.themes ?? null,
    grade_level: finding.grade_level ?? null,
    details: finding.details,
    analyzed_at: analysisTime(address.id, RUNS[version]),
  });
  return [
    row("rules", "rules-1", {
      details: analyseByRules(text, "rules-1"),
      grade_level: gradeLevel(text),
    }),
    row("rules", "rules-2", {
      details: analyseByRules(text, "rules-2"),
      grade_level: gradeLevel(text),
      themes: (terms[at] ?? []).join(", "),
    }),
    row("sentiment-lexicon", "wink-absolute-1", absoluteSentiment(text)),
    row("sentiment-lexicon", "wink-relative-2", relativeSentiment(text, collection)),
    row("emotion-lexicon", "wordnet-3.1-near-1", {
      details: analyseEmotion(text, lexicon, "wordnet-3.1-near-1"),
    }),
    row("emotion-lexicon", "wordnet-3.1-weighted-2", {
      details: analyseEmotion(text, lexicon, "wordnet-3.1-weighted-2"),
    }),
  ];
});

// Ids in the order of time, as a sequence would assign them.
rows.sort((a, b) =>
  a.analyzed_at < b.analyzed_at ? -1 : a.analyzed_at > b.analyzed_at ? 1 : a.speech_id - b.speech_id,
);
const numbered = rows.map((row, at) => ({ id: at + 1, ...row }));
console.log(`speeches   ${writeRows("speeches", addresses.map(speechRow))}`);
console.log(`analyses   ${writeRows("analyses", numbered)}`);

/** Writes data/tracks.ndjson.gz and data/analysis_results.ndjson.gz from the source package. The same input gives the same rows. */
import { analyseByRules, gradeLevel } from "./algorithmic";
import { trackRow } from "./build-tracks";
import { keyTerms } from "./key-terms";
import { analyseEmotion, readLexicon } from "./lexicon-emotion";
import { absoluteSentiment, collectionOf, relativeSentiment, scoreOf } from "./lexicon-sentiment";
import { readAddresses } from "./read-addresses";
import { analysisTime } from "./schedule";
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
  readonly analysis_data: object;
  readonly complexity_score?: number;
}

const rows = addresses.flatMap((address, at) => {
  const text = texts[at] ?? [];
  const row = (analyzer: string, version: keyof typeof RUNS, finding: Finding) => ({
    track_id: address.id,
    analyzer_type: analyzer,
    sentiment: finding.sentiment ?? null,
    confidence: finding.confidence ?? null,
    themes: finding.themes ?? null,
    analysis_data: finding.analysis_data,
    created_at: analysisTime(address.id, RUNS[version]),
    complexity_score: finding.complexity_score ?? null,
    // A measured duration would differ between runs of this script.
    processing_time_ms: null,
    model_version: version,
  });
  return [
    row("algorithmic", "rules-1", {
      analysis_data: analyseByRules(text, "rules-1"),
      complexity_score: gradeLevel(text),
    }),
    row("algorithmic", "rules-2", {
      analysis_data: analyseByRules(text, "rules-2"),
      complexity_score: gradeLevel(text),
      themes: (terms[at] ?? []).join(", "),
    }),
    row("lexicon-sentiment", "wink-absolute-1", absoluteSentiment(text)),
    row("lexicon-sentiment", "wink-relative-2", relativeSentiment(text, collection)),
    row("lexicon-emotion", "wordnet-3.1-near-1", {
      analysis_data: analyseEmotion(text, lexicon, "wordnet-3.1-near-1"),
    }),
    row("lexicon-emotion", "wordnet-3.1-weighted-2", {
      analysis_data: analyseEmotion(text, lexicon, "wordnet-3.1-weighted-2"),
    }),
  ];
});

// Ids in the order of time, as a sequence would assign them.
rows.sort((a, b) => (a.created_at < b.created_at ? -1 : a.created_at > b.created_at ? 1 : a.track_id - b.track_id));
console.log(`tracks             ${writeRows("tracks", addresses.map(trackRow))}`);
console.log(
  `analysis_results   ${writeRows(
    "analysis_results",
    rows.map((row, at) => ({ id: at + 1, ...row })),
  )}`,
);

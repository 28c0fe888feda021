import { count, days, featureView, latest } from "../src/index";
import { wordFeatures } from "./analysis-features";
import { track } from "./entities";
import { algorithmicAnalyses } from "./sources";

export const lyricComplexity = featureView({
  name: "lyric_complexity",
  version: 1,
  entity: track,
  from: algorithmicAnalyses,
  ttl: days(730),
  owner: "content-intelligence",
  description: "How the lyrics are made: words, rhymes and readability, computed by rules",
  tags: ["lyrics"],
  features: (a) => {
    const { repetition, ...words } = wordFeatures(a.analysis_data);
    return {
      complexity: latest(a.complexity_score).describe("Complexity of the language, 1 is most complex"),
      ...words,
      rhyme_density: latest(a.analysis_data.get("rhyme_density").float64())
        .describe("Rhyming syllables as a share of all")
        .between(0, 1),
      syllables_per_line: latest(a.analysis_data.get("syllables_per_line").float64())
        .describe("Mean syllables of a line")
        .unit("syllables"),
      repetition,
      profanity_ratio: latest(a.analysis_data.get("profanity_ratio").float64())
        .describe("Profane words as a share of all words")
        .between(0, 1),
      analyses: count().describe("Analyses by rules"),
    };
  },
});

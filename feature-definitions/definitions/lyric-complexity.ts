import { count, days, featureView, latest } from "../src/index";
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
  features: (a) => ({
    complexity: latest(a.complexity_score).describe("Complexity of the language, 1 is most complex"),
    words: latest(a.analysis_data.get("words").int32()).describe("Words").unit("words"),
    unique_words: latest(a.analysis_data.get("unique_words").int32()).describe("Different words").unit("words"),
    type_token_ratio: latest(a.analysis_data.get("ttr").float64())
      .describe("Different words as a share of all words")
      .between(0, 1),
    readability: latest(a.analysis_data.get("readability").float64()).describe("Readability; larger reads more easily"),
    rhyme_density: latest(a.analysis_data.get("rhyme_density").float64())
      .describe("Rhyming syllables as a share of all")
      .between(0, 1),
    syllables_per_line: latest(a.analysis_data.get("syllables_per_line").float64())
      .describe("Mean syllables of a line")
      .unit("syllables"),
    repetition: latest(a.analysis_data.get("repetition").float64()).describe("Share of repeated text").between(0, 1),
    profanity_ratio: latest(a.analysis_data.get("profanity_ratio").float64())
      .describe("Profane words as a share of all words")
      .between(0, 1),
    analyses: count().describe("Analyses by rules"),
  }),
});

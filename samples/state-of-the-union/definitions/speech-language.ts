import { wordFeatures } from "../../../feature-definitions/definitions/analysis-features";
import { count, days, featureView, latest } from "../../../feature-definitions/src/index";
import { speech } from "./entities";
import { rulesAnalyses } from "./sources";

export const speechLanguage = featureView({
  name: "speech_language",
  version: 1,
  entity: speech,
  from: rulesAnalyses,
  ttl: days(730),
  owner: "samples",
  description: "How a speech is written: its length, vocabulary and readability, computed by rules",
  tags: ["text"],
  features: (a) => ({
    grade_level: latest(a.grade_level).describe(
      "School years that a reader needs to understand the text (Flesch-Kincaid)",
    ),
    ...wordFeatures(a.details),
    analyses: count().describe("Analyses of the speech by rules"),
  }),
});

import { count, featureView, max, min } from "../../../feature-definitions/src/index";
import { speaker } from "./entities";
import { speakers } from "./sources";

export const speakerProfile = featureView({
  name: "speaker_profile",
  version: 1,
  entity: speaker,
  from: speakers,
  owner: "samples",
  description: "How many speeches a president gave, and in which years",
  tags: ["speakers"],
  features: (s) => ({
    speeches: count().describe("Speeches of the president").unit("speeches"),
    first_year: min(s.year).describe("Year of the first speech").between(1790, 2999),
    last_year: max(s.year).describe("Year of the last speech").between(1790, 2999),
  }),
});

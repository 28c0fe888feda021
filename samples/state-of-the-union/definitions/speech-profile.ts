import { featureView, latest } from "../../../feature-definitions/src/index";
import { speech } from "./entities";
import { speeches } from "./sources";

export const speechProfile = featureView({
  name: "speech_profile",
  version: 1,
  entity: speech,
  from: speeches,
  owner: "samples",
  description: "Who gave a speech, when, and how long it is",
  tags: ["speeches"],
  features: (s) => ({
    title: latest(s.title).describe("Title of the speech"),
    speaker: latest(s.speaker).describe("Name of the president who gave the speech"),
    party: latest(s.party).describe("Party of the speaker at the time; null for Washington, who had none"),
    year: latest(s.year).describe("Year of the speech").between(1790, 2999),
    characters: latest(s.body.length()).describe("Length of the text").unit("characters").between(0, 10_000_000),
  }),
});

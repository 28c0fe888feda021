import { textEmbedding } from "../../../feature-definitions/definitions/analysis-features";
import { featureView } from "../../../feature-definitions/src/index";
import { speech } from "./entities";
import { speeches } from "./sources";

export const speechEmbeddings = featureView({
  name: "speech_embeddings",
  version: 1,
  entity: speech,
  from: speeches,
  owner: "samples",
  description: "The meaning of a speech as a vector",
  tags: ["embeddings"],
  features: (s) => ({
    text: textEmbedding(s.body_embedding).describe("Meaning of the text, the normalised mean over its parts"),
  }),
});

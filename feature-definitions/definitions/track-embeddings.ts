import { featureView, latest } from "../src/index";
import { textEmbedding } from "./analysis-features";
import { track } from "./entities";
import { tracks } from "./sources";

export const trackEmbeddings = featureView({
  name: "track_embeddings",
  version: 1,
  entity: track,
  from: tracks,
  owner: "content-intelligence",
  description: "Embeddings of a track's lyrics and sound",
  tags: ["embeddings"],
  features: (t) => ({
    lyrics: textEmbedding(t.lyrics_embedding).describe("Meaning of the lyrics, normalised mean over their parts"),
    audio: latest(t.audio_embedding).space("audio-128", { metric: "cosine" }).describe("How the track sounds"),
  }),
});

import { entity, int64 } from "../src/index";
import { tracks } from "./sources";

export const track = entity({
  name: "track",
  key: { track_id: int64() },
  from: tracks,
  description: "A song, or any other text of the collection",
});

import { entity, int64, string } from "../src/index";
import { artistTracks, tracks } from "./sources";

export const track = entity({
  name: "track",
  key: { track_id: int64() },
  from: tracks,
  description: "A song",
});

export const artist = entity({
  name: "artist",
  key: { artist: string() },
  from: artistTracks,
  description: "Performers of tracks, by name",
});

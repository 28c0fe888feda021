import { avg, count, featureView, max, min } from "../src/index";
import { artist } from "./entities";
import { artistTracks } from "./sources";

export const artistProfile = featureView({
  name: "artist_profile",
  version: 1,
  entity: artist,
  from: artistTracks,
  owner: "content-intelligence",
  description: "What an artist's tracks are like together",
  tags: ["artists"],
  features: (t) => {
    const year = t.spotify_data.get("release_date").string().substring(1, 4).int32();
    const popularity = t.spotify_data.get("popularity").int32();
    const explicit = t.spotify_data.get("explicit").bool();
    const sound = (name: string) => t.audio_features.get(name).float64();
    return {
      tracks: count().describe("Tracks of the artist").unit("tracks"),
      first_release_year: min(year).describe("Year of the first release").between(1000, 2999),
      last_release_year: max(year).describe("Year of the last release").between(1000, 2999),
      popularity_avg: avg(popularity).describe("Mean popularity of the tracks by Spotify").between(0, 100),
      popularity_max: max(popularity).describe("Popularity of the most popular track").between(0, 100),
      explicit_share: count()
        .where(explicit)
        .dividedBy(count(explicit))
        .describe("Share of tracks marked explicit among those of which it is known")
        .between(0, 1),
      tempo_avg: avg(sound("tempo")).describe("Mean tempo").unit("beats per minute").between(0, 400),
      energy_avg: avg(sound("energy")).describe("Mean perceived intensity").between(0, 1),
      valence_avg: avg(sound("valence")).describe("Mean musical positiveness").between(0, 1),
    };
  },
});

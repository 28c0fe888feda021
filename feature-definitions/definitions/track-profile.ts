import { featureView, latest } from "../src/index";
import { track } from "./entities";
import { tracks } from "./sources";

export const trackProfile = featureView({
  name: "track_profile",
  version: 1,
  entity: track,
  from: tracks,
  owner: "content-intelligence",
  description: "What a track is: its names, release and audio features",
  tags: ["tracks"],
  features: (t) => ({
    title: latest(t.title).describe("Title of the track"),
    artist: latest(t.artist).describe("Who performs it"),
    lyrics_length: latest(t.lyrics.length()).describe("Length of the lyrics").unit("characters").between(0, 10_000_000),
    // Release dates consist of a year, a month or a day; all of them have the year.
    release_year: latest(t.spotify_data.get("release_date").string().substring(1, 4).int32())
      .describe("Year of the release")
      .between(1000, 2999),
    popularity: latest(t.spotify_data.get("popularity").int32())
      .describe("Popularity by Spotify, 100 is most popular")
      .between(0, 100),
    duration_ms: latest(t.spotify_data.get("duration_ms").int32()).describe("Duration").unit("milliseconds"),
    explicit: latest(t.spotify_data.get("explicit").bool()).describe("Whether the lyrics are marked explicit"),
    followers: latest(t.spotify_data.get("followers").int64()).describe("Followers of the artist on Spotify"),
    tempo: latest(t.audio_features.get("tempo").float64()).describe("Tempo").unit("beats per minute").between(0, 400),
    energy: latest(t.audio_features.get("energy").float64()).describe("Perceived intensity").between(0, 1),
    valence: latest(t.audio_features.get("valence").float64()).describe("Musical positiveness").between(0, 1),
    danceability: latest(t.audio_features.get("danceability").float64()).describe("Fitness for dancing").between(0, 1),
    acousticness: latest(t.audio_features.get("acousticness").float64())
      .describe("How likely the track is acoustic")
      .between(0, 1),
    speechiness: latest(t.audio_features.get("speechiness").float64()).describe("Share of spoken words").between(0, 1),
    loudness: latest(t.audio_features.get("loudness").float64()).describe("Mean loudness").unit("dB").between(-100, 20),
  }),
});

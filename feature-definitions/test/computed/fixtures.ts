import {
  avg,
  coalesce,
  cosineSimilarity,
  count,
  date,
  days,
  entity,
  featureService,
  featureView,
  float64,
  int32,
  int64,
  latest,
  max,
  source,
  string,
  timestamp,
  vector,
} from "../../src/index";

const songs = source({
  name: "songs",
  table: "songs",
  key: { track_id: int64() },
  eventTime: { column: "created_at", zone: "UTC" },
  tieBreak: "track_id",
  history: "events",
  columns: { artist: string().nullable(), released_on: date().nullable(), lyrics: vector(3).nullable() },
});
const plays = source({
  name: "plays",
  table: "plays",
  key: { track_id: int64() },
  eventTime: { column: "played_at", zone: "UTC" },
  tieBreak: "id",
  history: "events",
  columns: { artist: string(), seconds: int32(), played_at: timestamp({ zone: "UTC" }) },
});
const artistPlays = source({
  name: "artist_plays",
  table: "plays",
  key: { artist: string() },
  eventTime: { column: "played_at", zone: "UTC" },
  tieBreak: "id",
  history: "events",
  columns: { seconds: int32() },
});

export const track = entity({ name: "track", key: { track_id: int64() }, from: songs });
export const artist = entity({ name: "artist", key: { artist: string() } });

export const song = featureView({
  name: "song",
  version: 1,
  entity: track,
  from: songs,
  features: (s) => ({
    artist: latest(s.artist).describe("Artist"),
    released_on: latest(s.released_on).describe("Release"),
    lyrics: latest(s.lyrics).space("three").describe("Meaning of the lyrics"),
  }),
});

export const listening = featureView({
  name: "listening",
  version: 1,
  entity: track,
  from: plays,
  ttl: days(30),
  features: (p) => ({
    plays: count().describe("Plays"),
    seconds_avg: avg(p.seconds).default(0).describe("Mean length of a play"),
    last_played: max(p.played_at).describe("Time of the last play"),
  }),
});

export const artistListening = featureView({
  name: "artist_listening",
  version: 1,
  entity: artist,
  from: artistPlays,
  features: (p) => ({
    plays: count().describe("Plays of all of the artist's tracks"),
    seconds_avg: avg(p.seconds).default(0).describe("Mean length of a play"),
  }),
});

export const recommender = featureService({
  name: "recommender",
  version: 1,
  features: [
    song.pick("artist", "released_on", "lyrics"),
    listening.all(),
    artistListening.through(song.feature("artist")).all(),
  ],
  inputs: {
    today: date(),
    query: { type: vector(3).nullable(), description: "Embedding of what is looked for" },
    weight: float64().nullable(),
  },
  computed: ({ song, listening, artist_listening }, { today, query, weight }, asOf) => {
    const share = listening.plays.float64().dividedBy(artist_listening.plays);
    return {
      age: today.daysSince(song.released_on).describe("Days since the release").unit("days"),
      similarity: cosineSimilarity(song.lyrics, query).default(0).describe("To what is looked for").between(-1, 1),
      share: share.describe("Share of the artist's plays"),
      score: share.times(coalesce(weight, 1)).describe("Weighted share"),
      is_long: listening.seconds_avg.gt(200).describe("Whether plays are long"),
      idle: asOf.secondsSince(listening.last_played).describe("Time since the last play").unit("seconds").default(-1),
      days_out: asOf.date().daysSince(song.released_on).describe("Days since the release, in UTC").unit("days"),
    };
  },
});

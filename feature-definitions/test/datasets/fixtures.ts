import { coalesce, dataset, featureService, int32, int64, json, source, string, timestamp } from "../../src/index";
import { artistListening, listening, song } from "../computed/fixtures";

/** Speeches by key, with texts as people type them. */
export const speeches = source({
  name: "speeches",
  table: "archive.speeches",
  key: { id: int64().from("speech_id"), language: string() },
  eventTime: { column: "held_at", zone: "UTC" },
  history: "current",
  columns: {
    speaker: string(),
    body: string().nullable(),
    words: int32(),
    votes: string().nullable(),
    held_at: timestamp({ zone: "UTC" }).nullable(),
    data: json().nullable(),
  },
});

const publication = {
  title: "Speeches",
  purpose: "Research",
  provenance: [{ title: "The archive", url: "https://example.org/archive" }, "Volunteers"],
  licence: "CC0-1.0",
  cadence: "Once a year",
  contact: "data@example.org",
} as const;

/** A dataset of a source with every rule. */
export const speechesDataset = dataset({
  name: "speeches",
  from: speeches.where((row) => row.words.gte(0)),
  ...publication,
  columns: (row) => ({
    speaker: row.speaker.describe("Who spoke"),
    body: row.body.describe("The text"),
    words: row.words.describe("Number of words").unit("words"),
    votes: row.votes.int64().strict().describe("Votes afterwards"),
    tone: row.data.get("tone").string().describe("Tone, as noted"),
    held_at: row.held_at.describe("When it was held"),
  }),
  clean: { missing: ["", "N/A"], uniqueText: "body" },
  quality: {
    score: (columns) => coalesce(columns.words.float64().dividedBy(1000), 0),
    description: "A tenth of a point for each hundred words",
  },
  exclude: [
    { reason: "too_short", description: "Under three words", when: (row) => row.words.lt(3) },
    { reason: "test_row", description: "Rows of tests", when: (row) => row.speaker.eq("test") },
  ],
  split: { by: "speaker", train: 80, validation: 10, test: 10 },
});

export const popular = featureService({
  name: "popular",
  version: 2,
  features: [
    song.pick("artist", "released_on", "lyrics"),
    listening.pick("plays", "seconds_avg"),
    artistListening.through(song.feature("artist")).all(),
  ],
});

/** A dataset of a service, with a view of another entity. */
export const songsDataset = dataset({
  name: "songs",
  from: popular,
  ...publication,
  columns: ({ song, listening, artist_listening }) => ({
    artist: song.artist.describe("Artist"),
    lyrics: song.lyrics.describe("Embedding of the lyrics"),
    seconds: listening.seconds_avg.describe("Mean length of a play").unit("seconds"),
    share: listening.plays.float64().dividedBy(artist_listening.plays).describe("Share of the artist's plays"),
  }),
  exclude: [{ reason: "unplayed", description: "Never played", when: ({ listening }) => listening.plays.isNull() }],
});

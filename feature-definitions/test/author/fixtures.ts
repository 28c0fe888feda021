import {
  bool,
  date,
  decimal,
  entity,
  float32,
  float64,
  float64Array,
  int32,
  int64,
  json,
  source,
  string,
  stringArray,
  timestamp,
  vector,
} from "../../src/index";

export const tracks = source({
  name: "tracks",
  table: "music.tracks",
  key: { track_id: int64().from("id") },
  history: "current",
  columns: { artist: string().nullable() },
});

export const track = entity({ name: "track", key: { track_id: int64() }, from: tracks, description: "A song" });

/** A source with a column of every type. */
export const events = source({
  name: "events",
  table: "events",
  key: { track_id: int64() },
  eventTime: { column: "created_at", zone: "UTC" },
  tieBreak: "id",
  history: "events",
  columns: {
    flag: bool(),
    small: int32(),
    big: int64(),
    single: float32(),
    double: float64(),
    money: decimal(),
    label: string(),
    note: string().nullable(),
    at: timestamp(),
    day: date(),
    data: json(),
    words: stringArray(),
    numbers: float64Array(),
    embedding: vector(3),
  },
});

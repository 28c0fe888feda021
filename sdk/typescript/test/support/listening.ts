import {
  cosineSimilarity,
  count,
  days,
  entity,
  featureService,
  featureView,
  float64,
  int32,
  int64,
  json,
  latest,
  source,
  string,
  vector,
} from "@featstore/definitions";

const plays = source({
  name: "plays",
  table: "play_events",
  key: { track_id: int64() },
  eventTime: "played_at",
  tieBreak: "id",
  history: "events",
  columns: { seconds: float64(), player: string().nullable(), serial: int64(), raw: json(), sound: vector(3) },
});

export const track = entity({ name: "track", key: { track_id: int64() } });

export const listening = featureView({
  name: "listening",
  version: 2,
  entity: track,
  from: plays,
  ttl: days(30),
  features: (p) => ({
    plays_7d: count().over(days(7)),
    player: latest(p.player).oneOf("web", "phone"),
    serial: latest(p.serial),
    raw: latest(p.raw),
  }),
});

export const sounds = featureView({
  name: "sounds",
  version: 1,
  entity: track,
  from: plays,
  features: (p) => ({ sound: latest(p.sound).space("sound-3"), seconds: latest(p.seconds) }),
});

export const radio = featureService({
  name: "radio",
  version: 3,
  features: [listening.pick("serial", "plays_7d"), sounds.pick("seconds")],
});

export const tuner = featureService({
  name: "tuner",
  version: 1,
  features: [listening.pick("serial"), sounds.pick("sound")],
  inputs: {
    later: int64(),
    heard: vector(3).nullable(),
    mood: { type: string().nullable(), description: "Of the hour." },
  },
  computed: (features, inputs) => ({
    next: features.listening.serial.plus(inputs.later),
    likeness: cosineSimilarity(features.sounds.sound, inputs.heard).default(0),
  }),
});

const stops = source({
  name: "stops",
  table: "stops",
  key: { station: string(), platform: int32() },
  eventTime: "stopped_at",
  history: "events",
  columns: {},
});

export const platform = entity({ name: "platform", key: { station: string(), platform: int32() } });

export const traffic = featureView({
  name: "traffic",
  version: 1,
  entity: platform,
  from: stops,
  features: () => ({ stops_1d: count().over(days(1)) }),
});

import {
  bool,
  coalesce,
  cosineSimilarity,
  count,
  date,
  days,
  decimal,
  entity,
  featureService,
  featureView,
  float64,
  int32,
  int64,
  json,
  l2Distance,
  latest,
  max,
  source,
  string,
  sum,
  timestamp,
  vector,
  when,
} from "@featstore/definitions";

// Loaded by the CLI, like a user's file.

export const track = entity({ name: "track", key: { track_id: int64() } });
export const artist = entity({ name: "artist", key: { artist: string() } });

const releases = source({
  name: "releases",
  table: "releases",
  key: { track_id: int64() },
  eventTime: "at",
  tieBreak: "id",
  history: "events",
  columns: {
    artist: string().nullable(),
    title: string().nullable(),
    released_on: date().nullable(),
    added_at: timestamp().nullable(),
    price: decimal().nullable(),
    plays: int64().nullable(),
    flag: bool().nullable(),
    notes: json().nullable(),
    sound: vector(3).nullable(),
  },
});

/** A source whose values expire. */
const moods = source({
  name: "moods",
  table: "moods",
  key: { track_id: int64() },
  eventTime: "at",
  tieBreak: "id",
  history: "events",
  columns: { energy: float64().nullable(), mood: string().nullable() },
});

const deeds = source({
  name: "deeds",
  table: "deeds",
  key: { artist: string() },
  eventTime: "at",
  tieBreak: "id",
  history: "events",
  columns: { fans: int32().nullable(), land: string().nullable(), at: timestamp() },
});

/** A source with tenants. */
const ratings = source({
  name: "ratings",
  table: "ratings",
  key: { artist: string() },
  eventTime: "at",
  tieBreak: "id",
  tenant: "tenant",
  history: "events",
  columns: { stars: int32() },
});

export const profile = featureView({
  name: "profile",
  version: 1,
  entity: track,
  from: releases,
  features: (r) => ({
    artist: latest(r.artist),
    title: latest(r.title).default("untitled"),
    released_on: latest(r.released_on),
    added_at: latest(r.added_at),
    price: latest(r.price).default("0.50"),
    plays: latest(r.plays).default(-1n),
    flag: latest(r.flag),
    notes: latest(r.notes),
    sound: latest(r.sound).space("sound-3"),
  }),
});

export const mood = featureView({
  name: "mood",
  version: 1,
  entity: track,
  from: moods,
  ttl: days(30),
  features: (m) => ({ energy: latest(m.energy).default(0.25), mood: latest(m.mood), moods: count() }),
});

export const fame = featureView({
  name: "fame",
  version: 1,
  entity: artist,
  from: deeds,
  ttl: days(60),
  features: (d) => ({ fans: sum(d.fans), land: latest(d.land).default("?"), deeds: count(), last_deed: max(d.at) }),
});

export const rating = featureView({
  name: "rating",
  version: 1,
  entity: artist,
  from: ratings,
  features: (r) => ({ stars: latest(r.stars), rated: count() }),
});

const artistKey = profile.feature("artist");

export const recommender = featureService({
  name: "recommender",
  version: 1,
  features: [profile.all(), mood.all(), fame.through(artistKey).all()],
  inputs: {
    today: date(),
    now: timestamp(),
    more: int64().nullable(),
    rebate: decimal().nullable(),
    word: string().nullable(),
    hint: json().nullable(),
    query: vector(3).nullable(),
  },
  computed: (features, inputs, asOf) => ({
    age_days: inputs.today.daysSince(features.profile.released_on).default(-1),
    added_seconds: inputs.now.secondsSince(features.profile.added_at),
    plays_then: features.profile.plays.plus(coalesce(inputs.more, 0n)),
    paid: features.profile.price.times(inputs.rebate),
    shout: features.profile.title.concat(coalesce(inputs.word, "!"), features.fame.land),
    likeness: cosineSimilarity(features.profile.sound, inputs.query).default(0),
    distance: l2Distance(features.profile.sound, inputs.query),
    fans_each: features.fame.fans.dividedBy(features.fame.deeds),
    warm: when(features.mood.energy.gt(0.3), "warm").otherwise(features.mood.mood),
    hinted: inputs.hint.get("artist").string().eq(features.profile.artist),
    idle_hours: asOf.secondsSince(features.fame.last_deed).dividedBy(3600),
    added_ago: asOf.secondsSince(features.profile.added_at).default(-1),
    read_on: asOf.date(),
    noted: features.profile.notes.get("stars").int32().plus(features.mood.moods),
  }),
});

export const rated = featureService({
  name: "rated",
  version: 1,
  features: [profile.pick("title"), rating.through(artistKey).all()],
  computed: (features) => ({ stars_2: features.rating.stars.times(2).default(0) }),
});

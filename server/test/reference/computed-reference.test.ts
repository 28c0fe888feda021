import {
  cosineSimilarity,
  count,
  date,
  entity,
  featureService,
  featureView,
  int64,
  latest,
  source,
  string,
  vector,
} from "@featstore/definitions";
import { expect, test } from "vitest";
import { buildReference } from "../../src/reference/build-reference";
import { subjectOfDefinitions } from "../../src/reference/reference-subject";
import { renderMarkdown } from "../../src/reference/render-markdown";

const songs = source({
  name: "songs",
  table: "songs",
  key: { song_id: int64() },
  eventTime: "added_at",
  tieBreak: "song_id",
  history: "events",
  columns: { artist: string().nullable(), released: date().nullable(), sound: vector(3).nullable() },
});
const song = entity({ name: "song", key: { song_id: int64() }, from: songs });
const artist = entity({ name: "artist", key: { artist: string() } });
const profile = featureView({
  name: "profile",
  version: 1,
  entity: song,
  from: songs,
  features: (s) => ({
    artist: latest(s.artist).describe("Artist"),
    released: latest(s.released).describe("Release"),
    sound: latest(s.sound).space("sound-3").describe("Sound"),
  }),
});
const fame = featureView({
  name: "fame",
  version: 1,
  entity: artist,
  from: source({ name: "all_songs", table: "songs", key: { artist: string() }, history: "events", columns: {} }),
  features: () => ({ songs: count().default(0).describe("Songs of the artist") }),
});
const finder = featureService({
  name: "finder",
  version: 1,
  description: "What a search ranks by",
  features: [profile.pick("released"), fame.through(profile.feature("artist")).all()],
  inputs: { today: date(), query: { type: vector(3).nullable(), description: "What is looked for" } },
  computed: ({ profile, fame }, { today }, asOf) => ({
    age: today.daysSince(profile.released).describe("Age").unit("days"),
    is_known: fame.songs.gt(3).describe("Whether the artist is | known"),
    days_out: asOf.date().daysSince(profile.released).describe("Days since its release"),
  }),
});

const subject = subjectOfDefinitions({ featureViews: [profile.ir, fame.ir], featureServices: [finder.ir] });

test("a service's document lists its inputs, its computed features and its joined features", () => {
  const document = buildReference(subject);
  expect(document.feature_services[0]?.versions[0]).toMatchObject({
    features: [
      { feature: "released", nullable: true },
      { feature: "songs", through: "profile.artist", nullable: false },
    ],
    inputs: [
      { name: "today", type: "date", nullable: false },
      { name: "query", type: "vector(3)", nullable: true },
    ],
    computed: [
      {
        name: "age",
        type: "int32",
        nullable: true,
        unit: "days",
        expression: "inputs.today.daysSince(features.profile.released)",
      },
      { name: "is_known", type: "bool", nullable: false, expression: "features.fame.songs.gt(3)" },
      { name: "days_out", expression: "asOf.date().daysSince(features.profile.released)" },
    ],
  });
  const artistFeature = document.feature_views.find(({ name }) => name === "profile")?.features[0];
  expect(artistFeature).toMatchObject({ name: "artist", services: [{ name: "finder", version: 1 }] });
  expect(document.feature_views.find(({ name }) => name === "fame")?.features[0]?.default).toBe(0);
  const markdown = renderMarkdown(document);
  expect(markdown).toContain("Read instead of null: `0`");
  expect(markdown).toContain("through `profile.artist`");
  expect(markdown).toContain("| `today` | `date` | yes | |");
  expect(markdown).toContain(
    "| `computed.age` | `int32` or null | | Age, in days | `inputs.today.daysSince(features.profile.released)` |",
  );
});

test("shows vector comparisons by function name", () => {
  const { ir } = featureService({
    name: "near",
    version: 1,
    features: [profile.pick("sound")],
    inputs: { query: vector(3) },
    computed: ({ profile }, { query }) => ({ near: cosineSimilarity(profile.sound, query).default(0) }),
  });
  const near = subjectOfDefinitions({ featureViews: [profile.ir], featureServices: [ir] });
  expect(buildReference(near).feature_services[0]?.versions[0]?.computed).toMatchObject([
    { default: 0, nullable: false, expression: "cosineSimilarity(features.profile.sound, inputs.query)" },
  ]);
});

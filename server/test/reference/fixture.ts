import {
  count,
  days,
  entity,
  featureService,
  featureView,
  int64,
  latest,
  minutes,
  source,
  string,
  vector,
} from "@featstore/definitions";
import type { ReferenceSubject, SubjectView } from "../../src/reference/reference-subject";

const at = (day: number): bigint => BigInt(Date.UTC(2026, 0, day)) * 1000n;

const songs = source({
  name: "songs",
  query: "select * from songs\nwhere not hidden",
  key: { song_id: int64().from("id") },
  eventTime: { column: "added_at", zone: "Europe/Berlin" },
  knownTime: "ingested_at",
  tieBreak: "id",
  tenant: "tenant_id",
  history: "current",
  columns: { title: string().nullable().from("Title").static(), sound: vector(3).nullable() },
});

const song = entity({ name: "song", key: { song_id: int64() }, from: songs, description: "A song of the shop" });

const profile = (version: number) =>
  featureView({
    name: "profile",
    version,
    entity: song,
    from: songs.where((s) => s.title.isNotNull()),
    where: (s) => s.title.ne("untitled"),
    description: "What a song is",
    owner: "shop",
    ttl: days(30),
    freshness: minutes(90),
    tags: ["b", "a"],
    features: (s) => ({
      title: latest(s.title).describe("Title").unit("text").tags("z", "y").maxNullFraction(0.25).owner("titles").pii(),
      kind: latest(s.title.substring(1, 1)).describe("First letter").oneOf("a", "b"),
      ...(version === 1
        ? { old: count().describe("Old") }
        : { sound: latest(s.sound).space("sound-3", { metric: "l2" }) }),
    }),
  });

const shelf = (version: number, viewVersion: number) =>
  featureService({
    name: "shelf",
    version,
    description: "What stands on a shelf",
    owner: "shop",
    features: [profile(viewVersion).pick("title", "kind")],
  }).ir;

const applied = (version: number, day: number): SubjectView => ({
  view: profile(version).ir,
  state: "active",
  retirement: null,
  sql: `select ${version}`,
  parameters: ["untitled"],
  appliedAt: at(day),
});

/**
 * Two versions of a view and of a service: the first view version is deprecated, and the first service still reads it.
 */
export const subject: ReferenceSubject = {
  entities: new Map([["song", song.ir]]),
  featureViews: new Map([
    [
      "profile",
      {
        promoted: 2,
        next: null,
        versions: new Map([
          [
            1,
            {
              ...applied(1, 1),
              state: "deprecated",
              retirement: { deprecatedAt: at(3), sunsetAt: at(30), successor: "profile@2" },
            },
          ],
          [2, applied(2, 2)],
        ]),
      },
    ],
  ]),
  featureServices: new Map([
    [
      "shelf",
      {
        promoted: 2,
        next: null,
        versions: new Map([
          [1, { service: shelf(1, 1), appliedAt: at(1) }],
          [2, { service: shelf(2, 2), appliedAt: at(2) }],
        ]),
      },
    ],
  ]),
  history: [
    {
      revision: 4,
      at: at(3),
      kind: "retire",
      actor: "ada@desk",
      databaseRole: "ada",
      message: "old is old",
      changes: [
        {
          definition: "feature_view",
          name: "profile",
          version: 1,
          sunset: "2026-01-30T00:00:00Z",
          successor: "profile@2",
        },
      ],
    },
    {
      revision: 2,
      at: at(2),
      kind: "apply",
      actor: "ada@desk",
      databaseRole: "ada",
      message: null,
      changes: [
        { definition: "feature_view", name: "profile", version: 2, state: "new_version", class: "breaking", before: 1 },
        { definition: "feature_service", name: "shelf", version: 2, state: "new_version", class: null },
        { definition: "feature_view", name: "elsewhere", version: 1, state: "new" },
      ],
    },
  ],
};

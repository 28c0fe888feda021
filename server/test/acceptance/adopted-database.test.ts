import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { generateSample } from "@featstore/samples";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CliProject, createCliProject } from "../cli/cli";
import { adoptionSql, type CompanyDatabase, createCompanyDatabase, isSkipped } from "./adopted/administrator";
import { databaseState } from "./adopted/database-state";
import { type ExpectedTrack, type ExpectedTracks, expectedTracks, rowStatusOf } from "./adopted/expected-tracks";
import { randomIds } from "./adopted/random-ids";
import { eachOf, type Serving, startServing } from "./serving";

// A company's database, adopted by a role that may read two of its tables and owns our two schemas: served values are
// compared with hand-written SQL. ACCEPTANCE_SIZE=reference generates the reference database's full size.
const isReference = process.env.ACCEPTANCE_SIZE === "reference";
const size = isReference ? { tracks: 57_718, analyses: 269_646 } : { tracks: 3000, analyses: 14_000 };
const DAY = 86_400_000_000;
const until = 1_767_225_600_123_456n;
// Some facts are later than the as-of time, and some have expired when they are read.
const asOf = "2025-12-12T00:00:00.123456";
const readAt = Number(until) + 100 * DAY;
const SECRET = "0123456789abcdef0123456789abcdef";
/** Float sums depend on the order of rows: they may differ by 1e-12 (relative above 1); everything else is compared exactly. */
const FLOAT_SUMS = new Set(["confidence_spread", "joy_avg"]);
const definitions = fileURLToPath(new URL("../../../feature-definitions/definitions", import.meta.url));

/**
 * Cases that the generator does not create: a track and facts exactly at the as-of time and a microsecond after it; a track
 * without facts; facts exactly at their ttl when they are read, and a microsecond older.
 */
const EDGES = `
insert into tracks (id, title, artist, lyrics, created_at, spotify_data) values
  (900001, 'At the time', 'Edge', '😀é', '${asOf}', '{"followers": "9223372036854775807", "popularity": "2147483648"}'),
  (900002, 'After the time', 'Edge', 'x', timestamp '${asOf}' + interval '1 microsecond', null),
  (900003, 'Nobody knows when', 'Edge', 'x', null, null),
  (900004, 'Never analysed', 'Edge', '', '2025-01-01', '[]'),
  (900005, 'Just not expired', 'Edge', null, '2025-01-01', '{"popularity": " 7 "}'),
  (900006, 'Just expired', 'Edge', null, '2025-01-01', 'null');
insert into analysis_results (id, track_id, analyzer_type, sentiment, confidence, created_at) values
  (900001, 900001, 'qwen-3-4b-fp8', 'positive', 0.1, '${asOf}'),
  (900002, 900001, 'qwen-3-4b-fp8', 'negative', 0.2, '${asOf}'),
  (900003, 900001, 'qwen-3-4b-fp8', 'neutral', 0.9, timestamp '${asOf}' + interval '1 microsecond'),
  (900004, 900001, 'gemma-3-27b-it', null, 0.30000000000000004, timestamp '${asOf}' - interval '2160 hours'),
  (900005, 900002, 'qwen-3-4b-fp8', 'neutral', 0.9, '${asOf}'),
  (900006, 900003, 'qwen-3-4b-fp8', 'neutral', 0.9, '${asOf}'),
  (900007, 900005, 'qwen-3-4b-fp8', 'neutral', 0.9, timestamp '2026-01-01 00:00:00.123456' - interval '265 days'),
  (900008, 900006, 'qwen-3-4b-fp8', 'neutral', 0.9, timestamp '2026-01-01 00:00:00.123455' - interval '265 days')`;
const edges = [900_001, 900_002, 900_003, 900_004, 900_005, 900_006, 999_999];

describe.skipIf(isSkipped)("an adopted database", { timeout: 600_000 }, () => {
  let company: CompanyDatabase;
  let project: CliProject;
  let before: unknown;
  let expected: ExpectedTracks;

  beforeAll(async () => {
    company = await createCompanyDatabase();
    await generateSample({ database: company.administrator, ...size, seed: 11, until });
    await company.administrator.script(`${EDGES};${adoptionSql(company.role)}`);
    before = await databaseState(company.administrator);
    project = await createCliProject({
      DATABASE_URL: company.url,
      FEATSTORE_KEY_SECRET: SECRET,
      FEATSTORE_DEFINITIONS: definitions,
      FEATSTORE_DEFAULT_ENTITY: "track",
    });
    const ids = [...randomIds(1000, size.tracks), ...edges];
    expected = await expectedTracks(company.administrator, ids, { asOf, readAt });
  }, 600_000);
  afterAll(async () => {
    await project?.remove();
    await company?.drop();
  });

  test("the role may only read the two tables", async () => {
    const database = company.connect();
    const attempts = [
      "insert into tracks (id) values (1000000)",
      "update tracks set title = title where id = 1",
      "delete from analysis_results where id = 1",
      "truncate analysis_results",
      "alter table tracks add column mine integer",
      "create index on tracks (title)",
      "drop table tracks",
      "create table public.mine (id integer)",
      "create temporary table mine (id integer)",
      "create schema mine",
      "alter extension vector update",
      "comment on table tracks is 'mine'",
      "select nextval('tracks_id_seq')",
      "do $$ begin lock table tracks in share mode; end $$",
    ];
    const states = [];
    for (const text of attempts) {
      const outcome = await database.query({ text }).then(
        () => "done",
        (error: { sqlState?: string }) => error.sqlState,
      );
      states.push(`${text}: ${outcome}`);
    }
    await database.close();
    expect(states).toEqual(attempts.map((text) => `${text}: 42501`));
  });

  test("doctor finds no faults before the first apply", async () => {
    const { code, stdout } = await project.run("doctor");
    expect(stdout).not.toMatch(/^failed/m);
    expect(code).toBe(0);
  });

  test("apply and materialize need no more privileges", async () => {
    const checked = await project.json("check");
    expect(checked.document).toMatchObject({ ok: true, compared_with_database: true });
    expect(await project.run("apply")).toMatchObject({ code: 0, stderr: "" });
    const { code, document } = await project.json("materialize", "--as-of", `${asOf}Z`);
    expect(code).toBe(0);
    const { views } = document as { views: readonly Record<string, unknown>[] };
    const [members] = await company.administrator.query<{ count: string }>({
      text: "select count(*) from tracks where created_at is null or created_at <= $1::timestamp",
      parameters: [asOf],
    });
    const [artists] = await company.administrator.query<{ count: string }>({
      text: "select count(distinct artist) from tracks where created_at is null or created_at <= $1::timestamp",
      parameters: [asOf],
    });
    expect(views.map(({ view, state, rows }) => `${view} ${state} ${rows}`)).toEqual(
      [
        ...Object.keys(expected.tracks[0]?.views ?? {}).map((view) => `${view} published ${members?.count}`),
        `track_embeddings published ${members?.count}`,
        ...["artist_activity", "artist_profile"].map((view) => `${view} published ${artists?.count}`),
      ].sort(),
    );
    expect(views.find(({ view }) => view === "track_profile")?.unparsed).toMatchObject({
      popularity: { rows: expect.any(Number), strict: false },
    });
  });

  test("artists' features match hand-written SQL", async () => {
    const byHand = await company.administrator.query({
      text: `select artist, count(*) filter (where t.created_at <= $1::timestamp) as tracks,
          coalesce(sum(a.total), 0)::bigint as analyses_total, coalesce(sum(a.days_90), 0)::bigint as analyses_90d,
          (sum(a.confidence) / sum(a.judged))::float8 as confidence_avg
        from tracks as t left join (
          select track_id, count(*) as total, sum(confidence) as confidence, count(confidence) as judged,
            count(*) filter (where created_at > $1::timestamp - interval '2160 hours') as days_90
          from analysis_results where created_at <= $1::timestamp group by track_id
        ) as a on a.track_id = t.id
        where artist is not null group by artist having count(*) filter (where t.created_at <= $1::timestamp) > 0
        order by artist collate "C"`,
      parameters: [asOf],
    });
    const served = await company.administrator.query({
      text: `select artist, tracks::bigint, analyses_total::bigint, analyses_90d::bigint, confidence_avg
        from features.artist_profile_v1 join features.artist_activity_v1 using (artist)
        where tracks > 0 order by artist collate "C"`,
    });
    expect(served.length).toBeGreaterThan(10);
    expect(served).toEqual(byHand);
  });

  test("doctor finds no faults after apply and materialize", async () => {
    const { code, document } = await project.json("doctor");
    const { checks } = document as { checks: readonly { check: string; status: string; found: string }[] };
    expect(checks.filter(({ status }) => status !== "ok")).toEqual([]);
    expect(checks).toContainEqual(expect.objectContaining({ check: "source tracks", status: "ok" }));
    expect(checks).toContainEqual(expect.objectContaining({ check: "schema drift", status: "ok" }));
    expect(code).toBe(0);
  });

  test("the hand-written SQL covers every kind of row", () => {
    const statuses = (view: string) => new Set(expected.tracks.map(({ views }) => views[view]));
    expect(statuses("lyric_sentiment")).toEqual(new Set(["complete", "missing", "expired", "unknown_entity"]));
    expect(statuses("lyric_emotion")).toEqual(new Set(["complete", "missing", "unknown_entity"]));
    expect(statuses("track_profile")).toEqual(new Set(["complete", "missing", "unknown_entity"]));
    const at = expected.tracks.find(({ id }) => id === 900_001);
    expect(at?.features.track_profile).toMatchObject({
      lyrics_length: 2,
      followers: "9223372036854775807",
    });
    expect(at?.features.lyric_sentiment).toMatchObject({ sentiment: "negative", analyses_90d: 2 });
    expect(
      [900_005, 900_006].map((id) => expected.tracks.find((track) => track.id === id)?.views.lyric_sentiment),
    ).toEqual(["complete", "expired"]);
  });

  for (const store of ["memory", "postgres"]) {
    describe(`served from the ${store} online store`, () => {
      let serving: Serving;
      let key: string;

      beforeAll(async () => {
        serving = await startServing({
          environment: { ...project.environment, FEATSTORE_ONLINE_STORE: store },
          folder: project.folder,
          clock: () => readAt,
        });
        const created = await project.json("keys", "create", "--name", store);
        key = (created.document as { key: string }).key;
      });
      afterAll(() => serving?.close());

      test("single reads of random tracks match hand-written SQL", async () => {
        const requests = expected.tracks.slice(isReference ? 0 : -300);
        for (const round of ["first", "from the cache"]) {
          const answers = await eachOf(requests, ({ id }) => serving.get(`/api/features/${id}`, key));
          const wrong = requests.flatMap((track, index) =>
            differences(answers[index], {
              status: 200,
              body: {
                track_id: track.id,
                features: track.features,
                status: rowStatusOf(track),
                views: track.views,
              },
            }),
          );
          expect(wrong.slice(0, 3), round).toEqual([]);
        }
      });

      test("batches match too, in the order of the ids and with repeats", async () => {
        const first = expected.tracks.slice(0, 900);
        const requests = [...first, ...expected.tracks.slice(-edges.length), ...first.slice(0, 50)].reverse();
        const { status, body } = await serving.post("/api/features/batch", key, { ids: requests.map(({ id }) => id) });
        expect(status).toBe(200);
        expect(wrongRows(body, requests)).toEqual([]);
      });

      test("services select from several views, including vectors", async () => {
        const requests = expected.tracks.slice(0, 200);
        for (const service of ["hit_predictor", "similar_tracks"]) {
          const { status, body } = await serving.post("/api/features/batch", key, {
            service,
            ids: requests.map(({ id }) => String(id)),
          });
          expect(status).toBe(200);
          const withVectors = requests.map((track, index) => ({
            ...track,
            features: { ...track.features, ...expected.embeddings[index]?.features },
            views: { ...track.views, ...expected.embeddings[index]?.views },
          }));
          expect(wrongRows(body, withVectors)).toEqual([]);
        }
      });

      test("embeddings equal the user's vectors", async () => {
        const requests = expected.embeddings.slice(isReference ? 0 : -300);
        const answers = await eachOf(requests, ({ id }) => serving.get(`/api/embeddings/${id}`, key));
        const wrong = requests.flatMap((track, index) => {
          const status = track.views.track_embeddings;
          const space = { lyrics: ["minilm-l6-v2", 384], audio: ["audio-128", 128] } as const;
          const embedding = (name: "lyrics" | "audio") => ({
            space: space[name][0],
            dimensions: space[name][1],
            metric: "cosine",
            status,
            vector: track.features.track_embeddings?.[name] ?? null,
          });
          return differences(answers[index], {
            status: 200,
            body: {
              track_id: track.id,
              embeddings: {
                "track_embeddings.audio": embedding("audio"),
                "track_embeddings.lyrics": embedding("lyrics"),
              },
              status,
            },
          });
        });
        expect(wrong.slice(0, 1)).toEqual([]);
      });
    });
  }

  test("featstore get reads the same values", async () => {
    const requests = expected.tracks.slice(0, 20);
    const { code, document } = await project.json(
      ...["get", "track", ...requests.map(({ id }) => String(id)), "--features", "analysis_activity,track_profile"],
    );
    expect(code).toBe(0);
    expect(wrongRows(document, requests)).toEqual([]);
  });

  test("a second materialization and its cleanup need no more privileges", async () => {
    for (const _ of [2, 3, 4]) expect(await project.run("materialize", "track_profile")).toMatchObject({ code: 0 });
    const left = await company.administrator.query({
      text: "select relname from pg_class where relname like 'track_profile_v1_g_' order by 1",
    });
    expect(left.length).toBeLessThanOrEqual(3);
  });

  test("the user's objects were not altered", async () => {
    expect(await databaseState(company.administrator)).toEqual(before);
  });
});

function differences(actual: unknown, wanted: unknown): readonly unknown[] {
  const settled = settle(actual, wanted);
  return isDeepStrictEqual(settled, wanted) ? [] : [{ actual: settled, wanted }];
}

function settle(actual: unknown, wanted: unknown, name = ""): unknown {
  if (typeof actual === "number" && typeof wanted === "number") {
    return FLOAT_SUMS.has(name) && Math.abs(actual - wanted) <= 1e-12 * Math.max(1, Math.abs(wanted)) ? wanted : actual;
  }
  if (!isRecord(actual) || !isRecord(wanted)) return actual;
  return Object.fromEntries(Object.entries(actual).map(([key, value]) => [key, settle(value, wanted[key], key)]));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns up to three rows of a batch's answer that differ from the expected tracks. */
function wrongRows(answer: unknown, requests: readonly ExpectedTrack[]): readonly unknown[] {
  const { columns, rows, status, statuses, views } = answer as {
    columns: readonly string[];
    rows: readonly (readonly unknown[])[];
    status: readonly string[];
    statuses?: readonly (readonly string[])[];
    views: readonly string[];
  };
  expect(rows).toHaveLength(requests.length);
  const wrong = requests.flatMap((track, index) => {
    const cells = Object.fromEntries(columns.map((name, column) => [name.split(".")[1], rows[index]?.[column]]));
    const wanted = columns.map((name) => {
      const [view = "", feature = ""] = name.split(".");
      return [feature, track.features[view]?.[feature]];
    });
    const perView = Object.fromEntries(views.map((view) => [view, track.views[view]]));
    return differences(
      { id: track.id, cells, status: status[index], statuses: statuses?.[index] ?? views.map(() => "complete") },
      {
        id: track.id,
        cells: Object.fromEntries(wanted),
        status: rowStatusOf({ ...track, views: perView as ExpectedTrack["views"] }),
        statuses: Object.values(perView),
      },
    );
  });
  return wrong.slice(0, 3);
}

import { randomBytes } from "node:crypto";
import { tableFromIPC } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CliProject, createCliProject } from "../cli/cli";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { type Serving, startServing } from "./serving";

// Uuids as keys, tie-breaks and values, from the table to every way of reading.

const definitions = (
  vectors: boolean,
) => `import { collect, count, countDistinct, days, entity, featureService, featureView, float64, latest, max, min, mode, source, string, sum, uuid, vector } from "@featstore/definitions";
const songs = source({
  name: "songs", table: "songs", key: { song_id: uuid().from("id") }, history: "current",
  eventTime: "added", columns: { title: string().nullable(), artist_id: uuid().nullable()${vectors ? ", audio: vector(2).nullable()" : ""} },
});
const artists = source({
  name: "artists", table: "artists", key: { artist_id: uuid().from("id") }, history: "current", columns: { name: string() },
});
const plays = source({
  name: "plays", table: "plays", key: { song_id: uuid() }, eventTime: "at", tieBreak: "id", history: "events",
  columns: { id: uuid(), listener: uuid().nullable(), place: string(), seconds: float64() },
});
export const song = entity({ name: "song", key: { song_id: uuid() }, from: songs });
export const artist = entity({ name: "artist", key: { artist_id: uuid() }, from: artists });
export const facts = featureView({
  name: "facts", version: 1, entity: song, from: songs,
  features: (s) => ({
    artist_id: max(s.artist_id), artist_text: max(s.artist_id.string()), title: max(s.title),
    ${vectors ? 'audio: latest(s.audio).space("audio-1"),' : ""}
  }),
});
export const listening = featureView({
  name: "listening", version: 1, entity: song, from: plays,
  features: (p) => ({
    plays: count(), last_play: latest(p.id), last_listener: latest(p.listener).ignoreNulls(), listeners: countDistinct(p.listener),
    usual_listener: mode(p.listener), all: collect(p.listener, { limit: 5 }), seconds: sum(p.seconds), first_play: min(p.id), early: count().where(p.id.lt("E0000000-0000-4000-8000-000000000000")),
    of_one: count().where(p.listener.eq("00000000-0000-4000-8000-00000000000B")), known: count().where(p.listener.isNotNull()),
  }),
});
export const artistFacts = featureView({
  name: "artist_facts", version: 1, entity: artist, from: artists, features: (a) => ({ name: max(a.name) }),
});
export const ofArtist = artistFacts.through(facts.feature("artist_id")).all();
export const finder = featureService({
  name: "finder", version: 1, features: [listening.pick("plays", "usual_listener"), facts.pick("artist_id"), ofArtist],
  inputs: { who: { type: uuid().nullable(), description: "Listener" } },
  computed: (features, inputs) => ({ is_usual: features.listening.usual_listener.eq(inputs.who) }),
});
`;

const ONE = "00000000-0000-4000-8000-00000000000a";
const TWO = "ab000000-0000-4000-8000-00000000000a";
const NOBODY = "ffffffff-ffff-4fff-8fff-ffffffffffff";
const LISTENER = "00000000-0000-4000-8000-00000000000b";
const OTHER = "00000000-0000-4000-8000-00000000000c";
const ARTIST = "a0000000-0000-4000-8000-00000000000a";
const LAST = "f0000000-0000-4000-8000-000000000001";

const tables = (vectors: boolean) => `
  create domain song_key as uuid;
  create table songs (id song_key primary key, title text, added timestamptz not null default '2020-01-01Z', artist_id uuid${vectors ? ", audio vector(2)" : ""});
  insert into songs (id, title, artist_id${vectors ? ", audio" : ""}) values ('${ONE}', 'One', '${ARTIST}'${vectors ? ", '[1,0]'" : ""}), ('${TWO}', 'Two', null${vectors ? ", '[0,1]'" : ""});
  create table artists (id uuid primary key, name text not null);
  insert into artists values ('${ARTIST}', 'Blue');
  create type place as enum ('web', 'app');
  create table plays (id uuid primary key, song_id uuid not null, listener uuid, place place not null, seconds double precision not null, at timestamptz not null);
  insert into plays values
    ('${LAST}', '${ONE}', '${LISTENER}', 'web', 1e200, '2026-01-01Z'),
    ('e0000000-0000-4000-8000-000000000001', '${ONE}', '${LISTENER}', 'app', -1e200, '2026-01-01Z'),
    ('d0000000-0000-4000-8000-000000000001', '${ONE}', '${OTHER}', 'app', 5, '2026-01-01Z'),
    ('c0000000-0000-4000-8000-000000000001', '${ONE}', null, 'app', 5, '2025-12-31Z')`;

const redisUrl = process.env.TEST_REDIS_URL;
const targets = testDatabases("one").flatMap((target) => [
  { target, redis: false },
  ...(target.name === "postgres-16" && redisUrl !== undefined ? [{ target, redis: true }] : []),
]);

for (const { target, redis } of targets) {
  const vectors = target.name !== "postgres-15";
  describe.skipIf(target.skip)(`uuids on ${target.name}${redis ? " and Redis" : ""}`, { timeout: 120_000 }, () => {
    let opened: OpenTestDatabase | undefined;
    let project: CliProject;
    let serving: Serving;
    let key = "";

    const run = async (...line: string[]) => {
      const { code, stdout, stderr } = await project.run(...line);
      expect(code, `${line.join(" ")}\n${stdout}${stderr}`).toBe(0);
      await serving.deps.registry.refresh();
      return stdout;
    };

    beforeAll(async () => {
      opened = target.kind === "pglite" ? undefined : await target.open();
      project = await createCliProject({
        FEATSTORE_KEY_SECRET: "0123456789abcdef0123456789abcdef",
        FEATSTORE_DEFAULT_ENTITY: "song",
        FEATSTORE_SCHEDULER: "off",
        ...(opened === undefined ? {} : { DATABASE_URL: opened.url }),
        ...(redis ? { REDIS_URL: redisUrl, FEATSTORE_REDIS_PREFIX: `test_${randomBytes(6).toString("hex")}` } : {}),
      });
      await project.write({ "definitions/index.ts": definitions(vectors) });
      serving = await startServing({ environment: project.environment, folder: project.folder });
      await serving.deps.database.script(
        `${vectors ? "create extension if not exists vector;" : ""} ${tables(vectors)}`,
      );
      await run("check");
      await run("apply");
      await run("materialize");
      const scopes = "features:read,embeddings:read,registry:read,training:read,training:write";
      key = ((await project.json("keys", "create", "--name", "test", "--scopes", scopes)).document as { key: string })
        .key;
    }, 120_000);
    afterAll(async () => {
      await serving?.close();
      await opened?.drop();
      await project?.remove();
    });

    const listening = {
      plays: 4,
      last_play: LAST,
      last_listener: LISTENER,
      listeners: 2,
      usual_listener: LISTENER,
      all: [OTHER, LISTENER, LISTENER],
      seconds: 10,
      first_play: "c0000000-0000-4000-8000-000000000001",
      early: 2,
      of_one: 2,
      known: 3,
    };

    test("a read accepts the key in any case", async () => {
      for (const id of [ONE, ONE.toUpperCase()]) {
        expect(await serving.get(`/api/features/${id}?features=listening,facts`, key)).toEqual({
          status: 200,
          body: expect.objectContaining({
            song_id: ONE,
            status: "complete",
            features: {
              listening,
              facts: expect.objectContaining({ artist_id: ARTIST, artist_text: ARTIST, title: "One" }),
            },
          }),
        });
      }
      const two = `/api/features/${TWO.toUpperCase()}?features=listening.plays,facts.title`;
      expect(await serving.get(two, key)).toMatchObject({
        body: { song_id: TWO, features: { listening: { plays: 0 }, facts: { title: "Two" } } },
      });
      expect(await serving.get(`/api/features/${NOBODY}`, key)).toMatchObject({ body: { status: "unknown_entity" } });
    });

    test("rejects an id that is not a uuid, with its position", async () => {
      for (const id of ["7", `${ONE}0`, `{${ONE}}`, ONE.replaceAll("-", "")]) {
        expect(await serving.get(`/api/features/${id}`, key)).toMatchObject({
          status: 400,
          body: { code: "id_invalid", errors: [{ path: "id" }] },
        });
      }
    });

    test("a batch echoes ids unchanged and looks them up in lower case", async () => {
      const ids = [TWO.toUpperCase(), ONE, NOBODY, "no uuid", 7];
      expect(
        await serving.post("/api/features/batch", key, { ids, features: ["facts.title"], on_invalid_id: "null" }),
      ).toMatchObject({
        status: 200,
        body: {
          ids,
          rows: [["Two"], ["One"], [null], [null], [null]],
          status: ["complete", "complete", "unknown_entity", "invalid_id", "invalid_id"],
        },
      });
    });

    test("an Arrow batch has uuids as text", async () => {
      const response = await fetch(`${serving.url}/api/features/batch`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${key}`,
          "content-type": "application/json",
          accept: "application/vnd.apache.arrow.stream",
        },
        body: JSON.stringify({ ids: [TWO.toUpperCase(), ONE], features: ["facts.artist_id"] }),
      });
      const table = tableFromIPC(new Uint8Array(await response.arrayBuffer()));
      expect(table.toArray().map((row) => [row?.song_id, row?.["facts.artist_id"]])).toEqual([
        [TWO, null],
        [ONE, ARTIST],
      ]);
    });

    test("a service joins another entity by uuid, and compares a uuid with an input in any case", async () => {
      const inputs = encodeURIComponent(JSON.stringify({ who: LISTENER.toUpperCase() }));
      expect(await serving.get(`/api/features/${ONE}?service=finder&inputs=${inputs}`, key)).toMatchObject({
        status: 200,
        body: { features: { artist_facts: { name: "Blue" }, computed: { is_usual: true } } },
      });
      const wrong = encodeURIComponent(JSON.stringify({ who: "me" }));
      expect(await serving.get(`/api/features/${ONE}?service=finder&inputs=${wrong}`, key)).toMatchObject({
        status: 400,
        body: { code: "input_invalid" },
      });
    });

    test("the CLI accepts the key in any case", async () => {
      expect(await run("get", "song", ONE.toUpperCase(), "--features", "listening.last_play")).toContain(LAST);
    });

    test("an incremental run computes changes like a full run", async () => {
      const { database } = serving.deps;
      await database.script(
        `insert into plays values ('b0000000-0000-4000-8000-000000000001', '${TWO}', '${OTHER}', 'web', 3, '2026-01-02Z')`,
      );
      await run("materialize", "--incremental");
      const read = async () => (await serving.get(`/api/features/${TWO}?features=listening`, key)).body;
      expect(await read()).toMatchObject({ features: { listening: { plays: 1, last_listener: OTHER, all: [OTHER] } } });
      expect(await run("materialize", "--reconcile")).not.toContain("repaired 1");
    });

    test("a training set accepts keys and inputs in any case", async () => {
      await project.write({
        "spine.csv": `song_id,as_of,who\n${ONE.toUpperCase()},2026-01-01T00:00:00Z,${LISTENER.toUpperCase()}\n${ONE},2025-12-31T12:00:00Z,\n`,
        "bad.csv": "song_id,as_of\nseven,2026-01-01T00:00:00Z\n",
      });
      await run("training-set", "--service", "finder", "--spine", "spine.csv", "--out", "out.jsonl");
      const { readFile } = await import("node:fs/promises");
      const lines = (await readFile(`${project.folder}/out.jsonl`, "utf8")).trim().split("\n");
      expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
        { song_id: ONE, "listening.plays": 4, "listening.usual_listener": LISTENER, "computed.is_usual": true },
        { song_id: ONE, "listening.plays": 1, "listening.usual_listener": null, "computed.is_usual": null },
      ]);
      await run("training-set", "--service", "finder", "--spine", "spine.csv", "--out", "out.parquet");
      const refused = await project.run(
        "training-set",
        "--service",
        "finder",
        "--spine",
        "bad.csv",
        "--out",
        "b.jsonl",
      );
      expect([refused.code, refused.stdout + refused.stderr]).toEqual([
        1,
        expect.stringContaining("spine_key_invalid"),
      ]);
    });

    test("profiles, row schemas and generated types support uuids", async () => {
      expect(await run("profile", "listening", "--json")).toContain(LISTENER);
      expect(await serving.get("/api/feature-views/facts/versions/1/schema", key)).toMatchObject({
        body: { properties: { song_id: { type: "string", format: "uuid" } } },
      });
      await run("types", "--out", "types.ts");
      const { readFile } = await import("node:fs/promises");
      expect(await readFile(`${project.folder}/types.ts`, "utf8")).toContain("readonly artist_id: string | null;");
    });

    test.skipIf(!vectors)("reads, searches and filters embeddings by uuids in any case", async () => {
      const upper = ONE.toUpperCase();
      expect(await serving.get(`/api/embeddings/${upper}?embedding=facts.audio`, key)).toMatchObject({ status: 200 });
      const search = { embedding: "facts.audio", id: upper, k: 2 };
      expect(await serving.post("/api/embeddings/search", key, search)).toMatchObject({
        status: 200,
        body: { hits: [{ id: TWO }] },
      });
      const filtered = (op: string, value: unknown) =>
        serving.post("/api/embeddings/search", key, {
          embedding: "facts.audio",
          vector: [1, 0],
          k: 2,
          filter: { feature: "facts.artist_id", op, value },
        });
      expect(await filtered("eq", ARTIST.toUpperCase())).toMatchObject({ status: 200, body: { hits: [{ id: ONE }] } });
      expect(await filtered("in", [ARTIST])).toMatchObject({ status: 200, body: { hits: [{ id: ONE }] } });
      expect(await filtered("eq", "blue")).toMatchObject({ status: 400, body: { code: "filter_invalid" } });
      expect(await filtered("lt", ARTIST)).toMatchObject({ status: 200, body: { hits: [] } });
    });

    test("a backfill processes the keys in chunks", async () => {
      await run("backfill", "listening@1", "--chunk-entities", "1");
      expect(await serving.get(`/api/features/${ONE}?features=listening`, key)).toMatchObject({
        body: { features: { listening } },
      });
    });

    test("a sum beyond float64 fails its run with the feature and a key", async () => {
      const { database } = serving.deps;
      await database.script("update plays set seconds = 1.7e308 where seconds > 4");
      const failed = await project.run("materialize", "listening");
      expect([failed.code, failed.stdout]).toEqual([1, expect.stringContaining("non_finite_value")]);
      expect(failed.stdout).toMatch(new RegExp(`"seconds" .*song_id ${ONE}`));
      await database.script("update plays set seconds = 5 where seconds = 1.7e308");
    });

    test("a key is erased by its id in any case", async () => {
      await serving.deps.database.script(
        `delete from plays where song_id = '${ONE}'; delete from songs where id = '${ONE}'`,
      );
      await run("erase", "song", ONE.toUpperCase(), "--message", "test", "--yes");
      expect(await serving.get(`/api/features/${ONE}`, key)).toMatchObject({ body: { status: "unknown_entity" } });
    });
  });
}

import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../src/database/database";
import { type CliProject, createCliProject } from "../cli/cli";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { eachOf, type Serving, startServing } from "./serving";
import { type ExpectedRows, expectedRows, rowStatusOf } from "./tenants/expected-rows";
import { handWrittenListening } from "./tenants/hand-written-sql";
import { createTenantTables, TRACKS, tenants, UNKNOWN, WORKS } from "./tenants/tables";

// Tenants with the same ids in the same tables: every read, from any store, equals hand-written SQL for that tenant.

const definitions = fileURLToPath(new URL("./tenants/definitions.ts", import.meta.url));
const views = {
  track: ["track_analyses", "track_card", "track_charts"],
  work: ["work_card", "work_plays"],
} as const;
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
// Ids of charts without tracks, of rows without a tenant, and of no rows at all.
const ids = { track: [...upTo(TRACKS + 5), 501, UNKNOWN], work: [...upTo(WORKS + 3), UNKNOWN] } as const;
/** Single reads take a request each: every third id, and the last ones, which are those without rows. Batches read every id. */
const isReadAlone = (index: number, all: readonly number[]) => index % 3 === 0 || index >= all.length - 3;
const redisUrl = process.env.TEST_REDIS_CLUSTER_URL;
const stores = ["memory", "postgres", ...(redisUrl === undefined ? [] : (["redis"] as const))] as const;

/** By id, then by tenant: the tenants request the same id one after another. */
const singleReads = (entity: keyof typeof views) =>
  ids[entity].flatMap((id, index, all) =>
    isReadAlone(index, all) ? tenants.map((tenant) => ({ id, index, tenant })) : [],
  );

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`tenants on ${target.name}`, () => {
    let opened: OpenTestDatabase | undefined;
    let project: CliProject;
    let database: Database;
    let servings: Readonly<Record<(typeof stores)[number], Serving>>;
    const prefix = `test_${randomBytes(6).toString("hex")}`;
    const keys = new Map<string | null, string>();
    const expected = new Map<string, { readonly track: ExpectedRows; readonly work: ExpectedRows }>();

    const keyOf = (tenant: string | null): string => keys.get(tenant) ?? "";
    const createKey = async (tenant: string | null) => {
      const { code, document } = await project.json(
        ...["keys", "create", "--name", "test", ...(tenant === null ? [] : [`--tenant=${tenant}`])],
      );
      expect(code).toBe(0);
      expect(document).toMatchObject({ tenant });
      keys.set(tenant, (document as { key: string }).key);
    };

    beforeAll(async () => {
      // PGlite as users run it: in a server, with the CLI on its socket.
      opened = target.kind === "pglite" ? undefined : await target.open();
      project = await createCliProject({
        FEATSTORE_DEFINITIONS: definitions,
        FEATSTORE_KEY_SECRET: "0123456789abcdef0123456789abcdef",
        ...(opened === undefined ? {} : { DATABASE_URL: opened.url }),
      });
      const { environment, folder } = project;
      const memory = await startServing({ environment, folder });
      database = memory.deps.database;
      servings = {
        memory,
        postgres: await startServing({
          environment: { ...environment, FEATSTORE_ONLINE_STORE: "postgres" },
          folder,
          database,
        }),
        redis: await startServing({
          environment: {
            ...environment,
            ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
            FEATSTORE_REDIS_PREFIX: prefix,
            // PostgreSQL must not answer instead of Redis.
            FEATSTORE_REDIS_READ_MS: "60000",
            FEATSTORE_READ_DEADLINE_MS: "120000",
            FEATSTORE_ONLINE_STORE_CACHE_MB: "0",
          },
          folder,
          database,
        }),
      };
      if (opened === undefined) await database.query({ text: "create extension if not exists vector" });
      await createTenantTables(database);
      for (const command of ["apply", "materialize"]) {
        const { code, stdout } = await project.run(command);
        expect(code, stdout).toBe(0);
      }
      for (const store of stores) await servings[store].deps.registry.refresh();
      for (const tenant of [...tenants, "nobody", null]) await createKey(tenant);
      for (const tenant of [...tenants, "nobody"]) {
        expected.set(tenant, {
          track: await expectedRows(database, [...views.track, "track_vectors"], tenant, ids.track),
          work: await expectedRows(database, [...views.work, "work_vectors"], tenant, ids.work),
        });
      }
    });
    afterAll(async () => {
      await servings?.redis.close();
      await servings?.postgres.close();
      await servings?.memory.close();
      await opened?.drop();
      await project?.remove();
    });

    const expectedOf = (tenant: string, entity: keyof typeof views): ExpectedRows => {
      const rows = expected.get(tenant)?.[entity];
      if (rows === undefined) throw new Error(`nothing is expected of ${tenant}`);
      return rows;
    };
    const singleOf = (tenant: string, entity: keyof typeof views, index: number) => {
      const rows = views[entity].map((view) => expectedOf(tenant, entity)[view]?.[index]);
      const known = rows.flatMap((row) => row ?? []);
      const named = <Value>(of: (row: (typeof known)[number]) => Value) =>
        Object.fromEntries(known.map((row, position) => [views[entity][position], of(row)]));
      return {
        status: 200,
        body: {
          [`${entity}_id`]: ids[entity][index],
          features: named(({ values }) => values),
          status: rowStatusOf(known),
          views: named(({ status }) => status),
        },
      };
    };
    const batchOf = (tenant: string, entity: keyof typeof views, answer: unknown) => {
      const { columns } = answer as { columns: readonly string[] };
      const singles = ids[entity].map((_, index) => singleOf(tenant, entity, index).body);
      return {
        rows: singles.map(({ features }) =>
          columns.map((column) => {
            const [view = "", feature = ""] = column.split(".");
            return features[view]?.[feature];
          }),
        ),
        status: singles.map(({ status }) => status),
      };
    };

    test("the tenants' rows differ, as the tests require", () => {
      for (const entity of ["track", "work"] as const) {
        const texts = [...tenants, "nobody"].map((tenant) => JSON.stringify(expectedOf(tenant, entity)));
        expect(new Set(texts).size).toBe(texts.length);
      }
      const all = JSON.stringify([...expected.values()]);
      for (const status of ["complete", "missing", "unknown_entity"]) expect(all).toContain(`"${status}"`);
      expect(all).not.toContain("NOBODY");
    });

    test.skipIf(redisUrl === undefined)("reads come from Redis, not PostgreSQL", async () => {
      await servings.redis.get("/api/features/1?entity=track", keyOf(tenants[0] ?? null));
      const { body } = await servings.redis.deps.exposition();
      expect(
        Number(/^featstore_online_redis_reads_total\{outcome="answered"\} (\S+)$/m.exec(body)?.[1]),
      ).toBeGreaterThan(0);
      expect(body).not.toMatch(/^featstore_online_redis_reads_total\{outcome="(?:absent|timeout|failed|skipped)"\}/m);
    });

    test("the memory store holds the rows", async () => {
      const { body } = await servings.memory.deps.exposition();
      expect(Number(/^featstore_online_memory_bytes (\S+)$/m.exec(body)?.[1])).toBeGreaterThan(10_000);
    });

    for (const store of stores) {
      describe(`read from the ${store} online store`, () => {
        for (const round of ["first", "from the cache"]) {
          test(`single reads by every tenant, ${round}`, async () => {
            for (const entity of ["track", "work"] as const) {
              const requests = singleReads(entity);
              const answers = await eachOf(requests, ({ id, tenant }) =>
                servings[store].get(`/api/features/${id}?entity=${entity}`, keyOf(tenant)),
              );
              expect(answers).toEqual(requests.map(({ tenant, index }) => singleOf(tenant, entity, index)));
            }
          });

          test(`batches of every id by every tenant, ${round}`, async () => {
            for (const entity of ["track", "work"] as const) {
              const answers = await eachOf(tenants, (tenant) =>
                servings[store].post("/api/features/batch", keyOf(tenant), { entity, ids: ids[entity] }),
              );
              for (const [index, tenant] of tenants.entries()) {
                expect(answers[index]?.body).toMatchObject(batchOf(tenant, entity, answers[index]?.body));
              }
            }
          });
        }

        test("embeddings by every tenant", async () => {
          for (const [entity, view, feature] of [
            ["track", "track_vectors", "lyrics"],
            ["work", "work_vectors", "sound"],
          ] as const) {
            const requests = singleReads(entity);
            const answers = await eachOf(requests, ({ id, tenant }) =>
              servings[store].get(`/api/embeddings/${id}?entity=${entity}`, keyOf(tenant)),
            );
            for (const [position, { tenant, index, id }] of requests.entries()) {
              const row = expectedOf(tenant, entity)[view]?.[index];
              expect(answers[position], `${tenant} ${id}`).toMatchObject({
                status: 200,
                body: {
                  [`${entity}_id`]: id,
                  status: row?.status,
                  embeddings: { [`${view}.${feature}`]: { status: row?.status, vector: row?.values[feature] } },
                },
              });
            }
          }
        });

        test("vectors in a batch with other features", async () => {
          const features = ["work_vectors.sound", "work_card.title"];
          for (const tenant of tenants) {
            const { body } = await servings[store].post("/api/features/batch", keyOf(tenant), {
              ids: ids.work,
              features,
            });
            const rows = expectedOf(tenant, "work");
            expect(body).toMatchObject({
              rows: ids.work.map((_, index) => [
                rows.work_vectors?.[index]?.values.sound,
                rows.work_card?.[index]?.values.title,
              ]),
            });
          }
        });

        test("a composite key without a population", async () => {
          const wanted = upTo(4).flatMap((listener) =>
            ids.work.map((work) => [`listener ${listener - 1}`, work] as const),
          );
          for (const tenant of tenants) {
            const found = await database.query<{ listener: string; work_id: string; seconds: string }>({
              text: handWrittenListening,
              parameters: [tenant, JSON.stringify(wanted)],
            });
            const { body } = await servings[store].post("/api/features/batch", keyOf(tenant), {
              entity: "listening",
              ids: wanted.map(([listener, work]) => ({ listener, work_id: work })),
            });
            const rows = wanted.map(([listener, work]) =>
              found.find((row) => row.listener === listener && Number(row.work_id) === work),
            );
            expect(body).toMatchObject({
              rows: rows.map((row) => [row?.seconds ?? null]),
              status: rows.map((row) => (row === undefined ? "unknown_entity" : "complete")),
            });
          }
        });

        test("a tenant without rows reads no other tenant's rows", async () => {
          for (const entity of ["track", "work"] as const) {
            const answers = await eachOf(ids[entity], (id) =>
              servings[store].get(`/api/features/${id}?entity=${entity}`, keyOf("nobody")),
            );
            expect(answers).toEqual(ids[entity].map((_, index) => singleOf("nobody", entity, index)));
          }
          const { body } = await servings[store].get("/api/features/1?entity=track", keyOf("nobody"));
          expect(body).toMatchObject({ status: "unknown_entity" });
          const work = await servings[store].get("/api/features/1?entity=work", keyOf("nobody"));
          expect(work.body).toMatchObject({
            features: { work_plays: { plays: 0, seconds: null } },
            views: { work_card: "complete", work_plays: "missing" },
          });
        });

        test("rejects a scoped read without a tenant, whatever was read before", async () => {
          const key = keyOf(null);
          const refused = [
            ...["track?entity=track", "work?entity=work", "work?service=shelf", "work?features=work_card,work_plays"],
            ...["work?features=work_plays.plays", "work?features=work_plays@1.plays", "track?features=track_charts"],
            "track?features=track_vectors.lyrics",
          ].flatMap((requests) => {
            const query = requests.slice(requests.indexOf("?"));
            return [1, 3, UNKNOWN].map((id) => servings[store].get(`/api/features/${id}${query}`, key));
          });
          const embeddings = ["?entity=track", "?entity=work", "?embedding=work_vectors.sound"].map((query) =>
            servings[store].get(`/api/embeddings/1${query}`, key),
          );
          const batches = [
            { entity: "track" },
            { entity: "work" },
            { service: "shelf" },
            { features: ["work_card", "work_plays.plays"] },
            { features: ["work_vectors.sound"] },
          ].map((choice) => servings[store].post("/api/features/batch", key, { ...choice, ids: [1, 2] }));
          for (const answer of await Promise.all([...refused, ...embeddings, ...batches])) {
            expect(answer).toMatchObject({ status: 403, body: { code: "tenant_required" } });
          }
        });

        test("every key reads a shared view, also one without a tenant", async () => {
          for (const tenant of [null, "acme", "nobody"]) {
            const { body } = await servings[store].get("/api/features/1?features=work_card", keyOf(tenant));
            expect(body).toMatchObject({ features: { work_card: { title: "Work 1" } }, status: "complete" });
          }
        });
      });
    }

    test("featstore get reads as each tenant, and fails without one", async () => {
      for (const tenant of [...tenants, "nobody"]) {
        for (const entity of ["track", "work"] as const) {
          const { code, document } = await project.json(
            "get",
            entity,
            ...ids[entity].map(String),
            `--tenant=${tenant}`,
          );
          expect(code).toBe(0);
          expect(document).toMatchObject(batchOf(tenant, entity, document));
        }
      }
      for (const line of [
        ["get", "track", "1"],
        ["get", "work", "1", "--service", "shelf"],
        ["get", "listening", "a,1"],
      ]) {
        const refused = await project.json(...line);
        expect(refused).toMatchObject({ code: 1, document: { error: { code: "tenant_required" } } });
      }
      expect((await project.run("get", "work", "1", "--tenant", "")).code).toBe(2);
      expect(await project.json("get", "listening", "100%,1", "--tenant", "acme")).toMatchObject({
        code: 1,
        document: { error: { code: "id_invalid" } },
      });
    });

    test("rows without a tenant are in no table", async () => {
      const generations = await database.query<{ table_name: string; view: string }>({
        text: "select table_name, view from featstore.generations where state = 'published'",
      });
      expect(generations).toHaveLength(8);
      for (const { table_name, view } of generations) {
        const rows = await database.query<{ _tenant: string; text: string }>({
          text: `select _tenant, (t.*)::text as text from features."${table_name}" as t`,
        });
        expect(rows.map(({ text }) => text).filter((text) => /NOBODY|2000000000/.test(text))).toEqual([]);
        const scopes = [...new Set(rows.map(({ _tenant }) => _tenant))].sort();
        const own = view === "listening_time" || view.startsWith("track_") ? [...tenants] : ["", ...tenants];
        expect(scopes).toEqual((view === "work_card" ? [""] : own).sort());
        if (view === "work_plays") {
          const shared = rows.filter(({ _tenant }) => _tenant === "");
          expect(shared.map(({ text }) => text).filter((text) => !/^\("",\d+,,,0,,\)$/.test(text))).toEqual([]);
        }
      }
    });

    test("each tenant reads its own rows of a new generation", async () => {
      await database.query({ text: "update plays set seconds = seconds + 1" });
      expect(await project.run("materialize", "work_plays")).toMatchObject({ code: 0 });
      for (const store of stores) await servings[store].deps.registry.refresh();
      for (const store of stores) {
        for (const tenant of tenants) {
          const rows = await expectedRows(database, ["work_plays"], tenant, ids.work);
          const { body } = await servings[store].post("/api/features/batch", keyOf(tenant), {
            ids: ids.work,
            features: ["work_plays.seconds"],
          });
          expect(body).toMatchObject({ rows: rows.work_plays?.map(({ values }) => [values.seconds]) });
        }
      }
    });
  });
}

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  compileServiceTrainingSet,
  type FeatureService,
  type FeatureView,
  postgresDialect,
} from "@featstore/definitions/compiler";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database, Value } from "../../src/database/database";
import { type CliProject, createCliProject } from "../cli/cli";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { fame, mood, profile, rated, rating, recommender } from "./computed/definitions";
import { createSpine, createTables, NOW, TRACKS } from "./computed/tables";
import { type Serving, startServing } from "./serving";

// Computed features are equal online and in a training set for the same time and inputs, from both stores.

const definitions = fileURLToPath(new URL("./computed/definitions.ts", import.meta.url));
const stores = ["memory", "postgres"] as const;
const ids = Array.from({ length: TRACKS + 1 }, (_, index) => (index === TRACKS ? 1000 : index));

/** The inputs of each row, in JSON form. */
const inputsByRow = ids.map((id) => ({
  today: `2026-0${1 + (id % 9)}-28`,
  now: `2026-01-0${1 + (id % 9)}T12:00:00.00000${id % 10}Z`,
  ...(id % 3 === 0 ? {} : { more: String(id * 1_000_003) }),
  ...(id % 4 === 0 ? { rebate: null } : { rebate: `0.${id}` }),
  ...(id % 5 === 0 ? {} : { word: ` – ${id}: "ß" ` }),
  hint: { artist: `artist ${id % 5}` },
  ...(id % 6 === 0 ? {} : { query: [id % 7, 0.5, -1] }),
}));

interface BatchAnswer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  readonly status: readonly string[];
}

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`computed features on ${target.name}`, () => {
    let opened: OpenTestDatabase | undefined;
    let project: CliProject;
    let database: Database;
    let servings: Readonly<Record<(typeof stores)[number], Serving>>;
    const keys: Record<string, string> = {};

    beforeAll(async () => {
      opened = target.kind === "pglite" ? undefined : await target.open();
      project = await createCliProject({
        FEATSTORE_DEFINITIONS: definitions,
        FEATSTORE_KEY_SECRET: "0123456789abcdef0123456789abcdef",
        FEATSTORE_DEFAULT_ENTITY: "track",
        FEATSTORE_AUDIT_ONE_IN: "1",
        FEATSTORE_AUDIT_PERSONAL: "true",
        FEATSTORE_AUDIT_KEEP_DAYS: "3650",
        ...(opened === undefined ? {} : { DATABASE_URL: opened.url }),
      });
      const { environment, folder } = project;
      const clock = () => Date.parse(`${NOW.slice(0, 19)}Z`) * 1000 + Number(NOW.slice(20, 26));
      const memory = await startServing({ environment, folder, clock });
      database = memory.deps.database;
      servings = {
        memory,
        postgres: await startServing({
          environment: { ...environment, FEATSTORE_ONLINE_STORE: "postgres" },
          folder,
          clock,
          database,
        }),
      };
      await createTables(database);
      for (const command of ["apply", "materialize"]) {
        const { code, stdout, stderr } = await project.run(command);
        expect(code, stdout + stderr).toBe(0);
      }
      for (const store of stores) await servings[store].deps.registry.refresh();
      for (const tenant of ["acme", "zeta", "none"]) {
        const bound = tenant === "none" ? [] : [`--tenant=${tenant}`];
        const { document } = await project.json("keys", "create", "--name", tenant, ...bound);
        keys[tenant] = (document as { key: string }).key;
      }
    });
    afterAll(async () => {
      await servings?.postgres.close();
      await servings?.memory.close();
      await opened?.drop();
      await project?.remove();
    });

    const post = async (store: (typeof stores)[number], tenant: string, body: unknown): Promise<BatchAnswer> => {
      const answer = await servings[store].post("/api/features/batch", keys[tenant] ?? "", body);
      expect(answer.status, JSON.stringify(answer.body)).toBe(200);
      return answer.body as BatchAnswer;
    };

    /** Reads the service's training set over the spine, in the order of `columns`. */
    const trained = async (
      service: FeatureService,
      own: readonly FeatureView[],
      joined: readonly FeatureView[],
      columns: readonly string[],
    ): Promise<readonly (readonly Value[])[]> => {
      const all = (view: FeatureView) => ({ view, features: view.features.map(({ name }) => name) });
      const compiled = compileServiceTrainingSet(postgresDialect, {
        views: own.map(all),
        joined: [{ key: { view: "profile", version: 1, feature: "artist" }, views: joined.map(all) }],
        computed: service.computed ?? [],
        inputs: service.inputs ?? [],
        spine: { schema: "public", table: "spine" },
      });
      const rows = await database.query(compiled.statement);
      const names = new Map<string, string>([
        ...compiled.columns.map(({ view, feature, name }) => [`${view}.${feature}`, name] as const),
        ...compiled.computed.map(({ name, feature }) => [`computed.${feature.name}`, name] as const),
      ]);
      return rows.map((row) => columns.map((column) => row[names.get(column) ?? ""] ?? null));
    };

    for (const store of stores) {
      test(`online from ${store} = in a training set, for every row's own inputs`, async () => {
        await createSpine(database, "", ids, inputsByRow);
        const { columns, rows, status } = await post(store, "none", {
          ids,
          service: "recommender",
          inputs_by_row: inputsByRow,
        });
        expect(columns.at(-1)).toBe("computed.noted");
        const expected = await trained(recommender.ir, [profile.ir, mood.ir], [fame.ir], columns);
        const types = new Map<string, string>(
          [profile.ir, mood.ir, fame.ir].flatMap((view) =>
            view.features.map((feature) => [`${view.name}.${feature.name}`, feature.type] as const),
          ),
        );
        for (const { name, type } of recommender.ir.computed ?? []) types.set(`computed.${name}`, type);
        const seen = new Set<string>();
        rows.forEach((row, index) => {
          row.forEach((value, position) => {
            const column = columns[position] ?? "";
            const type = types.get(column) ?? "string";
            const wanted = comparable(type, expected[index]?.[position] ?? null);
            const location = `${column} of ${ids[index]}`;
            if (typeof wanted === "number") expect(comparable(type, value), location).toBeCloseTo(wanted, 6);
            else expect(comparable(type, value), location).toEqual(wanted);
            if (value !== null) seen.add(column);
          });
        });
        // Otherwise the test would prove nothing.
        expect([...columns].filter((column) => !seen.has(column))).toEqual([]);
        expect(new Set(status)).toEqual(new Set(["complete", "partial", "unknown_entity"]));
      });

      test(`a single read from ${store} equals the batch`, async () => {
        const { columns, rows } = await post(store, "none", {
          ids,
          service: "recommender",
          inputs_by_row: inputsByRow,
        });
        for (const [index, id] of ids.entries()) {
          const inputs = encodeURIComponent(JSON.stringify(inputsByRow[index]));
          const path = `/api/features/${id}?service=recommender&inputs=${inputs}`;
          const { body } = await servings[store].get(path, keys.none ?? "");
          const { features } = body as { features: Record<string, Record<string, unknown>> };
          const flat = columns.map((column) => features[column.split(".")[0] ?? ""]?.[column.split(".")[1] ?? ""]);
          expect(flat).toEqual(rows[index]);
        }
      });

      test(`tenants stay apart through a foreign key, from ${store}`, async () => {
        const answers: (readonly (readonly unknown[])[])[] = [];
        for (const tenant of ["acme", "zeta"]) {
          const { columns, rows } = await post(store, tenant, { ids, service: "rated" });
          await createSpine(database, tenant, ids, []);
          expect(rows, tenant).toEqual(await trained(rated.ir, [profile.ir], [rating.ir], columns));
          answers.push(rows);
        }
        expect(answers[0]).not.toEqual(answers[1]);
        const refused = await servings[store].post("/api/features/batch", keys.none ?? "", { ids, service: "rated" });
        expect(refused).toMatchObject({ status: 403, body: { code: "tenant_required" } });
      });
    }

    test("a requested training set equals the online answers", async () => {
      const spine = ids.map((id, index) => JSON.stringify({ track_id: id, as_of: NOW, ...inputsByRow[index] }));
      await project.write({ "spine.jsonl": `${spine.join("\n")}\n` });
      const { code, stdout, stderr } = await project.run(
        ...["training-set", "--service", "recommender", "--spine", "spine.jsonl", "--out", "train.jsonl"],
      );
      expect(code, stdout + stderr).toBe(0);
      const text = await readFile(join(project.folder, "train.jsonl"), "utf8");
      const lines = text.trimEnd().split("\n");
      const { columns, rows } = await post("memory", "none", {
        ids,
        service: "recommender",
        inputs_by_row: inputsByRow,
      });
      expect(lines).toHaveLength(rows.length);
      lines.forEach((line, index) => {
        const row = JSON.parse(line) as Record<string, unknown>;
        columns.forEach((column, position) => {
          const wanted = rows[index]?.[position] ?? null;
          const location = `${column} of ${ids[index]}`;
          if (typeof wanted === "number") expect(row[column], location).toBeCloseTo(wanted, 6);
          else expect(row[column] ?? null, location).toEqual(wanted);
        });
      });
    });

    test("all answers pass an audit: values of every type, joined, expired and defaulted", async () => {
      for (const store of stores) {
        for (const [index, id] of ids.entries()) {
          await post(store, "none", { ids: [id], service: "recommender", inputs: inputsByRow[index] });
          for (const tenant of ["acme", "zeta"]) await post(store, tenant, { ids: [id], service: "rated" });
        }
        await servings[store].deps.answerSampler?.flush();
      }
      const { code, document } = await project.json("audit", "--sample", "10000");
      const { faults, views, services } = document as {
        faults: number;
        views: readonly { view: string }[];
        services: readonly { service: string; features: readonly Readonly<Record<string, unknown>>[] }[];
      };
      expect([code, faults], JSON.stringify(document).slice(0, 2000)).toEqual([0, 0]);
      expect(views.map(({ view }) => view)).toEqual(["fame", "mood", "profile", "rating"]);
      expect(services.map(({ service, features }) => [service, features.length])).toEqual([
        ["rated", 1],
        ["recommender", recommender.ir.computed?.length],
      ]);
      expect(services.flatMap(({ features }) => features).filter(({ replayed }) => replayed !== true)).toEqual([]);
    });

    test("featstore get accepts inputs", async () => {
      const inputs = `{"today": "2026-01-28", "now": "2026-01-01T00:00:00Z", "more": 9007199254740993}`;
      const refused = await project.run("get", "track", "3", "--service", "recommender", "--inputs", inputs);
      expect(refused.code).not.toBe(0);
      expect(refused.stderr).toContain("inputs.more");
      const exact = inputs.replace("9007199254740993", '"9007199254740993"');
      const { code, document } = await project.json("get", "track", "3", "--service", "recommender", "--inputs", exact);
      expect(code).toBe(0);
      const { columns, rows } = document as BatchAnswer;
      const at = (column: string) => rows[0]?.[columns.indexOf(column)];
      expect(at("computed.plays_then")).toBe(String(BigInt(String(at("profile.plays"))) + 9007199254740993n));
      const broken = await project.run("get", "track", "3", "--service", "recommender", "--inputs", "{today}");
      expect(broken.stderr).toMatch(/^inputs_invalid: --inputs /);
    });

    test("featstore types writes the service's inputs and computed features", async () => {
      const { stdout } = await project.run("types");
      expect(stdout).toContain("export interface RecommenderServiceV1Inputs {");
      expect(stdout).toContain("  readonly computed: {\n    readonly age_days: number;");
    });
  });
}

/** Normalizes a value of JSON or PostgreSQL. */
function comparable(type: string, value: unknown): unknown {
  if (value === null) return null;
  if (type === "timestamp")
    return Date.parse(
      String(value)
        .replace(" ", "T")
        .replace(/([+-]\d\d)$/, "$1:00"),
    );
  if (type === "json" || type.startsWith("vector")) return typeof value === "string" ? JSON.parse(value) : value;
  if (type === "decimal") return Number(value);
  return typeof value === "bigint" ? String(value) : value;
}

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import { isSurelyDead, thisProcess } from "../../src/database/lease-holder";
import { migrate, schemaState } from "../../src/database/migrate";
import { createEngine } from "../../src/engine/index";
import { onlySecret } from "../../src/keys/key-secrets";
import { createKeyStore } from "../../src/keys/key-store";
import { createKeyService } from "../../src/keys/keys";
import { materialize } from "../../src/materialization/materialize";
import { createRunLog } from "../../src/materialization/run-log";
import { createRegistryStore } from "../../src/registry/registry-store";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { wholeSchema } from "../helpers/whole-schema";
import { changeOf, EVENTS, viewChange, viewOf } from "../registry/fixture";
import { catalogOf } from "./catalog";
import { createOldSchema } from "./old-schema";

const programs = process.env.TEST_POSTGRES_PROGRAMS;

/** The migrations of a database of version 46, and of one without a schema. */
const APPLIED = ["0047_tables", "0048_engines", "0049_run_progress", "0050_read_tables", "functions"];

for (const target of testDatabases("all")) {
  describe.skipIf(target.skip)(`adoption on ${target.name}`, () => {
    const open: OpenTestDatabase[] = [];
    const openDatabase = async (): Promise<OpenTestDatabase> => {
      const opened = await target.open();
      open.push(opened);
      return opened;
    };
    afterEach(async () => {
      for (const opened of open.splice(0)) await opened.drop();
    });
    const update = async ({ database }: OpenTestDatabase) => migrate(database, (await wholeSchema()).schema);

    /** Describes the schema in full: by pg_dump if the database is a server's, and by the catalog. */
    const describeSchema = async ({ database, directUrl }: OpenTestDatabase): Promise<readonly string[]> => {
      const catalog = await catalogOf(database);
      if (directUrl === undefined || programs === undefined) return catalog;
      const dump = promisify(execFile)(join(programs, "pg_dump"), ["--schema-only", directUrl], { maxBuffer: 2 ** 24 });
      const lines = (await dump).stdout.split("\n");
      // A random token, which differs from dump to dump.
      return [...catalog, ...lines.filter((line) => !/^\\(?:un)?restrict /.test(line))];
    };

    test("a new database and an adopted one have the same schema, also after a second start", async () => {
      const fresh = await openDatabase();
      expect(await update(fresh)).toEqual({
        applied: APPLIED,
        newer: null,
      });
      const expected = await describeSchema(fresh);
      expect(expected.length).toBeGreaterThan(500);
      expect((await update(fresh)).applied).toEqual([]);
      expect(await describeSchema(fresh)).toEqual(expected);

      const adopted = await openDatabase();
      await createOldSchema(adopted.database);
      expect(await schemaState(adopted.database, (await wholeSchema()).schema)).toMatchObject({
        ...{ number: 46, isNewer: false },
        pending: APPLIED,
      });
      expect(await update(adopted)).toEqual({
        applied: APPLIED,
        newer: null,
      });
      expect(await describeSchema(adopted)).toEqual(expected);
      expect((await update(adopted)).applied).toEqual([]);
      expect(await describeSchema(adopted)).toEqual(expected);
    });

    test("an adopted database keeps its data: generations, keys, and the next run", async () => {
      const { database } = await openDatabase();
      await createOldSchema(database);
      await database.script(EVENTS);
      const registry = createRegistryStore(database);
      const dependencies = {
        ...{ registry, engine: createEngine(database), offline: createRunLog(database) },
        ...{ holder: await thisProcess(), isDead: isSurelyDead },
      };
      await registry.apply(changeOf({ revision: 0, featureViews: [viewChange(viewOf(1))] }));
      await materialize(dependencies);
      const keys = createKeyService(createKeyStore(database), onlySecret("0123456789abcdef0123456789abcdef"));
      await keys.create({ name: "kept", scopes: ["features:read"], tenant: null });
      const read = async () => ({
        ...{ rows: await database.query({ text: "select * from features.scores_v1 order by track_id" }) },
        ...{ keys: await keys.list(), views: (await registry.snapshot()).featureViews },
      });
      const before = await read();
      expect(before.rows).toHaveLength(10);

      await migrate(database, (await wholeSchema()).schema);
      expect(await read()).toEqual(before);
      await database.script("insert into events values (101, 3, 1000, '2026-02-01')");
      expect((await materialize(dependencies)).views).toMatchObject([
        { view: "scores", state: "published", generation: 2, rows: 10 },
      ]);
      expect((await read()).rows).not.toEqual(before.rows);
    });

    test("a database from before the last old migration is refused and stays as it is", async () => {
      const { database } = await openDatabase();
      await createOldSchema(database);
      await database.script("delete from featstore.migrations where name = '0046_key_secrets'");
      const before = await catalogOf(database);
      await expect(migrate(database, (await wholeSchema()).schema)).rejects.toMatchObject({ code: "schema_too_old" });
      expect(await catalogOf(database)).toEqual(before);
    });
  });
}

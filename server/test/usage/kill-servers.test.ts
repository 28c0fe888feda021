import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createServerKey, type ServerProcess, startServerProcess } from "../acceptance/server-process";
import { type CliProject, createCliProject, songDefinitions, songTable } from "../cli/cli";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { ORGANISATION } from "./support";

// Three servers under load, one of them killed: what is stored is what was answered, less at most what the killed one
// answered in its last interval. `npm run verify:usage` loads them for a minute.

const SECONDS = Number(process.env.USAGE_SECONDS ?? 6);
const FLUSH_SECONDS = 1;
const CLIENTS = 4;
/** Ids of each batch, between two single reads. */
const IDS = [1, 2, 3, 4, 5];

for (const target of testDatabases("main").filter(({ kind }) => kind === "postgres")) {
  describe.skipIf(target.skip)(`usage of three servers on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let project: CliProject;
    let servers: readonly ServerProcess[];
    let key: string;
    beforeAll(async () => {
      opened = await target.open();
      const environment = { DATABASE_URL: opened.url ?? "", FEATSTORE_KEY_SECRET: "0123456789abcdef0123456789abcdef" };
      project = await createCliProject(environment);
      await opened.database.script(songTable);
      await project.write({
        "definitions/index.ts": songDefinitions(),
        "featstore.config.yaml":
          'tiers: { levels: { free: { requests_per_second: 1000000, burst: 1000000, resources: ["*"] } } }',
      });
      for (const line of [["apply"], ["materialize"]]) expect(await project.run(...line)).toMatchObject({ code: 0 });
      key = await createServerKey(opened.database);
      await opened.database.script(`insert into featstore.organisations (id, name, tier) values ('${ORGANISATION}', 'Load', 'free');
update featstore.api_keys set organisation_id = '${ORGANISATION}'`);
      servers = await Promise.all(
        [1, 2, 3].map(() =>
          startServerProcess(project.folder, opened.url ?? "", {
            FEATSTORE_USAGE_FLUSH_SECONDS: String(FLUSH_SECONDS),
            FEATSTORE_LOG_LEVEL: "warn",
          }),
        ),
      );
    });
    afterAll(async () => {
      for (const server of servers ?? []) if (server.child.signalCode === null) await server.end("SIGKILL");
      await project?.remove();
      await opened?.drop();
    });

    test("counted equals answered", { timeout: 300_000 }, async () => {
      const begun = Date.now();
      const until = begun + SECONDS * 1000;
      const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
      /** The time and the rows of each answer, by server. */
      const answers: { readonly at: number; readonly rows: number }[][] = servers.map(() => []);
      /** Rows of requests of which no client has an answer. */
      let unknown: { requests: number; rows: number } = { requests: 0, rows: 0 };
      const load = async (server: ServerProcess, index: number) => {
        for (let turn = 0; Date.now() < until; turn++) {
          const isBatch = turn % 2 === 1;
          const rows = isBatch ? IDS.length : 1;
          const body = JSON.stringify({ ids: IDS, features: ["song_profile"] });
          try {
            const response = isBatch
              ? await fetch(`${server.url}/api/features/batch`, { method: "POST", headers, body })
              : await fetch(`${server.url}/api/features/1`, { headers });
            await response.arrayBuffer();
            if (response.status !== 200) throw new Error(`status ${response.status}`);
            answers[index]?.push({ at: Date.now(), rows });
          } catch (error) {
            if (index !== 0 || servers[0]?.child.killed !== true) throw error;
            unknown = { requests: unknown.requests + 1, rows: unknown.rows + rows };
            return;
          }
        }
      };
      const loads = servers.flatMap((server, index) => Array.from({ length: CLIENTS }, () => load(server, index)));
      let killedAt = 0;
      const kill = setTimeout(
        () => {
          killedAt = Date.now();
          servers[0]?.child.kill("SIGKILL");
        },
        (SECONDS * 1000) / 2,
      );
      await Promise.all(loads);
      clearTimeout(kill);
      for (const server of servers.slice(1)) expect(await server.end("SIGTERM")).toBe(0);

      const all = answers.flat();
      const sum = (of: readonly { readonly rows: number }[]) => of.reduce((total, { rows }) => total + rows, 0);
      // A flush in progress when the server was killed holds what was counted since the one before it.
      const last = (answers[0] ?? []).filter(({ at }) => at > killedAt - 2 * FLUSH_SECONDS * 1000);
      const [stored] = await opened.database.query<{ requests: number; rows: number }>({
        text: `select sum(requests)::float8 as requests, sum(rows)::float8 as rows from featstore.usage_days`,
      });
      const [month] = await opened.database.query<{ requests: number; rows: number }>({
        text: `select requests::float8 as requests, rows::float8 as rows from featstore.usage_months
          where holder = '${ORGANISATION}'`,
      });
      console.log(
        `answered ${all.length} requests with ${sum(all)} rows, stored ${stored?.requests} with ${stored?.rows}; ` +
          `the killed server answered ${last.length} in its last ${2 * FLUSH_SECONDS} s`,
      );
      expect(stored?.requests).toBeLessThanOrEqual(all.length + unknown.requests);
      expect(stored?.requests).toBeGreaterThanOrEqual(all.length - last.length);
      expect(stored?.rows).toBeLessThanOrEqual(sum(all) + unknown.rows);
      expect(stored?.rows).toBeGreaterThanOrEqual(sum(all) - sum(last));
      expect(month).toEqual(stored);
    });
  });
}

import { featstoreCommand, root } from "../featstore-cli";
import type { Figure } from "../figure";
import { measurement } from "../measurement";
import { driveAtRate } from "../online/constant-rate";
import { createHttpClient, readRequests } from "../online/http-client";
import { viewName } from "../online/peer-workload";
import { quantile } from "../online/quantiles";
import { requireEqualValues } from "./equal-values";
import { type FeastContext, WORKERS } from "./feast-context";
import { feastFigure } from "./feast-figure";
import type { FeastServers, RunningServer } from "./feast-servers";
import { feastBody, ourPath, writeReads } from "./read-requests";
import { runProgram } from "./run-program";

const RATE = 50;
const POLL_MS = 50;
const SERVED_DEADLINE_MS = 60_000;
const VIEWS = [0, 1, 2, 3, 4].map(viewName);

/** The rounds of one product. */
interface Rounds {
  readonly quiet: number[];
  readonly busy: number[];
  readonly command: number[];
  readonly memory: number[];
  readonly served: number[];
}

/**
 * Measures single reads while all values of all five views are materialized again, and the materialization. Each round changes
 * every row of the tables, so that both have the same to do; afterwards both must return the new values.
 */
export async function measureFeastPublish(context: FeastContext, servers: FeastServers): Promise<readonly Figure[]> {
  const { options, report, database } = context;
  const { ours, feast } = servers;
  const rounds: ReadonlyMap<RunningServer, Rounds> = new Map([ours, feast].map((server) => [server, noRounds()]));
  for (let round = 0; round < options.rounds; round++) {
    report(`feast: reads while ${VIEWS.length} views are materialized, round ${round + 1} of ${options.rounds}`);
    const marker = await changeEveryRow(context);
    for (const server of round % 2 === 0 ? [ours, feast] : [feast, ours]) {
      const into = rounds.get(server) ?? noRounds();
      const requests = readRequests(writeReads(context, server.feastService, 1));
      const p99 = async (until?: Promise<unknown>) => {
        const rate = { origin: server.process.origin, requests, rate: RATE, seconds: options.seconds };
        return quantile(await driveAtRate({ ...rate, ...(until && { until }) }), 0.99);
      };
      into.quiet.push(await p99());
      const publication = publish(context, server, marker);
      const [busy, { milliseconds, mebibytes, served }] = await Promise.all([p99(publication), publication]);
      into.busy.push(busy);
      into.command.push(milliseconds);
      into.memory.push(mebibytes);
      into.served.push(served);
    }
    await requireEqualValues(context, ours.process.origin, feast.process.origin);
  }
  const [left, right] = [rounds.get(ours) ?? noRounds(), rounds.get(feast) ?? noRounds()];
  const rows = await database.sql.unsafe(`select count(*)::int as count from ${VIEWS[0]}`);
  const figure = (name: string, unit: Figure["unit"], of: keyof Rounds) =>
    feastFigure(context, {
      ...{ group: "feast-publish", name, unit, ours: measurement(left[of]), feast: measurement(right[of]) },
      notes: { "requests a second": RATE, views: VIEWS, "rows of each": rows[0]?.count },
    });
  return [
    figure("p99 of single reads while five views are materialized", "ms", "busy"),
    figure("p99 of single reads in between", "ms", "quiet"),
    figure("time of the materialization, the command", "ms", "command"),
    figure("from its start until the new values are served", "ms", "served"),
    figure("memory of the command", "MiB", "memory"),
  ];
}

function noRounds(): Rounds {
  return { quiet: [], busy: [], command: [], memory: [], served: [] };
}

/** Gives every row new values and a new event time. Returns the new value of the last view's `f0` of entity 1. */
async function changeEveryRow({ database }: FeastContext): Promise<number> {
  const values = Array.from({ length: 10 }, (_, index) => `f${index} = floor(random() * 1000000)::bigint`).join(", ");
  for (const view of VIEWS) {
    await database.sql.unsafe(`update ${view} set event_time = clock_timestamp(), ${values}`);
    await database.sql.unsafe(`vacuum analyze ${view}`);
  }
  const [row] = await database.sql.unsafe(`select f0::int as value from ${VIEWS.at(-1)} where entity_id = 1`);
  return Number(row?.value);
}

async function publish(context: FeastContext, server: RunningServer, marker: number) {
  const { repository, database } = context;
  const begun = performance.now();
  const measured =
    server.feastService === null
      ? await runProgram(repository.python, featstoreCommand("materialize", ...VIEWS), root, database.environment)
      : await repository.run("materialize-incremental", new Date().toISOString().replace("Z", "+00:00"));
  await untilServed(context, server, marker);
  return { ...measured, served: performance.now() - begun };
}

/** Waits until each worker returns the new value: as many new connections in turn as makes that likely. */
async function untilServed({ keys }: FeastContext, server: RunningServer, marker: number): Promise<void> {
  const { feastService, process } = server;
  const headers = { authorization: `Bearer ${keys[0]}`, "content-type": "application/json" };
  const request =
    feastService === null
      ? { method: "GET", path: ourPath(1), headers, body: "" }
      : { method: "POST", path: "/get-online-features", headers, body: feastBody(feastService, [1]) };
  const begun = performance.now();
  for (let seen = 0; seen < 4 * WORKERS; ) {
    const client = createHttpClient(process.origin);
    const text = await client.send(request);
    client.close();
    seen = new RegExp(`[:["]${marker}[",}\\]]`).test(text) ? seen + 1 : 0;
    if (performance.now() - begun > SERVED_DEADLINE_MS)
      throw new Error(`${server.name} does not serve the new value ${marker}: ${text}`);
    if (seen === 0) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

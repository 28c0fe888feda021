import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasPython } from "../../../scripts/cached-tools.mjs";
import type { Figure } from "../figure";
import { measurement } from "../measurement";
import { createPeerWorkload } from "../online/peer-workload";
import { claimRedisDatabase, type RedisDatabase } from "../online/redis-database";
import type { Options } from "../options";
import { memoryOfAll } from "../processes";
import type { ReferenceDatabase } from "../reference-database";
import { createKeys } from "../serving";
import { requireEqualValues } from "./equal-values";
import { type FeastContext, WORKERS } from "./feast-context";
import { feastFigure } from "./feast-figure";
import { measureFeastLatency } from "./feast-latency";
import { measureFeastPublish } from "./feast-publish";
import { createFeastRepository } from "./feast-repository";
import { type FeastServers, startServers } from "./feast-servers";
import { measureThroughput } from "./feast-throughput";
import { measureJoin } from "./point-in-time-join";

const VIEWS = 5;
/** The oldest Python for which the committed versions of Feast's packages exist. */
const PYTHON_MINOR = 11;

export interface FeastResult {
  readonly figures: readonly Figure[];
  /** Null if it was measured. */
  readonly skipped: string | null;
  /** For the description of the machine. */
  readonly described: Readonly<Record<string, string>>;
}

/** Measures Featstore and Feast's released Python server with the same PostgreSQL, Redis, entities and values, in turns. */
export async function measureFeast(
  database: ReferenceDatabase,
  options: Options,
  report: (line: string) => void,
): Promise<FeastResult> {
  const skipped = (why: string): FeastResult => ({ figures: [], skipped: why, described: {} });
  if (options.redis === null) return skipped("TEST_REDIS_URL is not set, and scripts/services.sh knows none");
  if (!hasPython({ minor: PYTHON_MINOR })) return skipped(`python3 3.${PYTHON_MINOR} or newer with venv is missing`);
  const folder = mkdtempSync(join(tmpdir(), "featstore-benchmark-"));
  const claimed: RedisDatabase[] = [];
  let servers: FeastServers | null = null;
  try {
    const redis = await claimRedisDatabase(options.redis);
    claimed.push(redis);
    const theirs = await claimRedisDatabase(options.redis);
    claimed.push(theirs);
    const entities = options.quick ? 600 : 10_000;
    report(`feast: ${entities} entities with ${VIEWS * 10} features, in both`);
    await createPeerWorkload(database, folder, { entities, views: VIEWS });
    const repository = await createFeastRepository(database, theirs.url, folder);
    await repository.run("materialize", "2020-01-01T00:00:00", new Date().toISOString().replace("Z", "+00:00"));
    const keys = await createKeys(database, options.keys);
    const ids = Array.from({ length: entities }, (_, index) => index + 1);
    const skip = (what: string, why: string) => report(`feast: ${what} is skipped: ${why}`);
    const context: FeastContext = { database, options, folder, keys, ids, redis, report, skip, repository };
    servers = await startServers(context);
    const { ours, feast } = servers;
    const compared = await requireEqualValues(context, ours.process.origin, feast.process.origin);
    report(`feast: ${compared} values are equal`);
    const figures = [
      ...(await measureThroughput(context, servers)),
      ...(await measureFeastLatency(context, servers)),
      ...(await measureFeastPublish(context, servers)),
      ...(await resources(context, servers, theirs)),
    ];
    await servers.stop();
    servers = null;
    figures.push(...(await measureJoin(context)));
    const described = {
      Feast: repository.version,
      "data beside Feast": `${entities} entities × ${VIEWS * 10} int64 features in ${VIEWS} views, ${compared} values compared`,
      "workers of each": String(WORKERS),
      redis: redis.version,
    };
    return { figures, skipped: null, described };
  } finally {
    await servers?.stop();
    for (const redis of claimed) await redis.drop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Measures processes and memory after all reads. */
async function resources(
  context: FeastContext,
  { ours, feast, others }: FeastServers,
  theirs: RedisDatabase,
): Promise<readonly Figure[]> {
  const one = (value: number) => measurement([value]);
  const [left, right] = [memoryOfAll(ours.process.pid), memoryOfAll(feast.process.pid)];
  const group = "feast-resources";
  const figures = [
    { name: "processes of the server", unit: "processes", ours: left.processes, feast: right.processes },
    { name: "memory of the server's processes", unit: "MiB", ours: left.mebibytes, feast: right.mebibytes },
    {
      name: "memory of the values in Redis",
      unit: "MiB",
      ours: await redisMemory(context.redis),
      feast: await redisMemory(theirs),
    },
  ] as const;
  const more = others.find(({ process }) => process.pid !== feast.process.pid);
  return [
    ...figures.map((each) => feastFigure(context, { ...each, group, ours: one(each.ours), feast: one(each.feast) })),
    ...(more === undefined
      ? []
      : [
          feastFigure(context, {
            ...{ group, name: "memory of the server's processes", unit: "MiB", ours: one(left.mebibytes) },
            ...{ feast: one(memoryOfAll(more.process.pid).mebibytes), feastSetup: more.name },
          }),
        ]),
  ];
}

/** Sums what Redis reports of each key, in MiB. */
async function redisMemory(redis: RedisDatabase | null): Promise<number> {
  if (redis === null) return 0;
  let [bytes, cursor] = [0, "0"];
  do {
    const [next, keys] = await redis.client.scan(cursor, "COUNT", 1_000);
    const pipeline = redis.client.pipeline();
    for (const key of keys) pipeline.call("MEMORY", "USAGE", key, "SAMPLES", "0");
    for (const [, size] of (await pipeline.exec()) ?? []) bytes += Number(size ?? 0);
    cursor = next;
  } while (cursor !== "0");
  return bytes / 2 ** 20;
}

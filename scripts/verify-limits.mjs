// `npm run verify:limits [seconds]`: measures what three servers with one Redis admit of one organisation, while all is
// well, while Redis is frozen, and after a server was killed. Fails if they admit more than rate × time + burst, plus 1 %,
// or much less, or if the stored usage is not what they answered.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const [cli, secondsText = "60"] = process.argv.slice(2);
const seconds = Number(secondsText);
const SERVERS = 3;
const RATE = 300;
const BURST = 300;
/** Requests per second to all servers together: more than twice the rate. */
const OFFERED = 750;
const LOOPS_PER_SERVER = 5;
const TOLERANCE = 1.01;
const LEAST = 0.85;
const FLUSH_SECONDS = 1;
/** What a killed server answered since its last flush began, at twice its share of the rate. */
const LOST = (2 * 2 * FLUSH_SECONDS * RATE) / SERVERS;
const ORGANISATION = "org_aaaaaaaaaaaaaaaa";
const run = promisify(execFile);
const postgres = createRequire(fileURLToPath(new URL("../server/package.json", import.meta.url)))("postgres");

const scenarios = [
  { name: "all well", async disturb() {} },
  {
    name: `Redis frozen for ${seconds / 6} s`,
    async disturb({ redis }) {
      await pause((seconds / 3) * 1000);
      redis.kill("SIGSTOP");
      await pause((seconds / 6) * 1000);
      redis.kill("SIGCONT");
    },
  },
  {
    name: "a server killed",
    lost: LOST,
    async disturb({ servers }) {
      await pause((seconds / 2) * 1000);
      servers.at(-1).child.kill("SIGKILL");
    },
  },
];

process.exitCode = await withServices(async (services) => {
  let isKept = true;
  for (const { name, disturb, lost = 0 } of scenarios) {
    const { id, key } = await services.createKey();
    const load = sendLoad(services.servers, key, seconds);
    await disturb(services);
    const { admitted, refused, failed, slowestMs, elapsed } = await load;
    const bound = Math.floor((RATE * elapsed + BURST) * TOLERANCE);
    const least = Math.floor(RATE * elapsed * LEAST);
    const verdict = admitted > bound ? "TOO MUCH" : admitted < least ? "TOO LITTLE" : "kept";
    const counted = await services.counted(id, admitted);
    // A killed server may have counted a request whose response no client has.
    const isCounted = counted >= admitted - lost && counted <= admitted + (lost > 0 ? LOOPS_PER_SERVER : 0);
    isKept &&= verdict === "kept" && isCounted;
    console.log(
      `${name}: ${verdict}: admitted ${admitted} in ${elapsed.toFixed(1)} s, bound ${bound} (${RATE}/s + ${BURST}, +1 %), ` +
        `least ${least}; counted ${counted}${isCounted ? "" : ", WRONG"}; refused ${refused}, no response ${failed}, slowest response ${slowestMs.toFixed(0)} ms`,
    );
  }
  return isKept ? 0 : 1;
});

/** Sends requests at a constant rate to each server. */
async function sendLoad(servers, key, forSeconds) {
  const agent = new Agent({ keepAlive: true });
  const counts = { admitted: 0, refused: 0, failed: 0, slowestMs: 0 };
  const begun = performance.now();
  const stepMs = (1000 * SERVERS * LOOPS_PER_SERVER) / OFFERED;
  const loop = async (url, offset) => {
    for (let due = begun + offset; due < begun + forSeconds * 1000; due += stepMs) {
      const wait = due - performance.now();
      if (wait > 0) await pause(wait);
      const sent = performance.now();
      const status = await statusOf(agent, url, key);
      counts.slowestMs = Math.max(counts.slowestMs, performance.now() - sent);
      if (status === 200) counts.admitted++;
      else if (status === 429) counts.refused++;
      else counts.failed++;
    }
  };
  const loops = servers.flatMap(({ url }) =>
    Array.from({ length: LOOPS_PER_SERVER }, (_, index) => loop(url, index * 3)),
  );
  await Promise.all(loops);
  agent.destroy();
  return { ...counts, elapsed: (performance.now() - begun) / 1000 };
}

function statusOf(agent, url, key) {
  return new Promise((resolve) => {
    const sending = request(`${url}/api/feature-views`, { agent, headers: { "x-api-key": key } }, (response) => {
      response.resume();
      response.once("end", () => resolve(response.statusCode));
    });
    sending.once("error", () => resolve(0));
    sending.end();
  });
}

/** Starts a Redis, a database and the servers, and removes them afterwards. */
async function withServices(work) {
  const database = process.env.TEST_DATABASE_URL;
  if (database === undefined) {
    console.error('This needs PostgreSQL: npm run services start && eval "$(npm run -s services env)"');
    return 2;
  }
  const folder = mkdtempSync(join(tmpdir(), "featstore-limits-"));
  const name = `verify_limits_${process.pid}`;
  const admin = postgres(database, { max: 1, onnotice: () => undefined });
  await admin`create database ${admin(name)}`;
  const url = new URL(database);
  url.pathname = `/${name}`;
  const port = await freePort();
  const redis = spawn("redis-server", ["--bind", "127.0.0.1", "--port", String(port), "--save", "", "--dir", folder], {
    stdio: "ignore",
  });
  const env = {
    PATH: process.env.PATH,
    DATABASE_URL: url.href,
    DATABASE_POOL_SIZE: "4",
    REDIS_URL: `redis://127.0.0.1:${port}`,
    FEATSTORE_ONLINE_STORE: "memory",
    FEATSTORE_KEY_SECRET: "0123456789abcdef0123456789abcdef",
    FEATSTORE_USAGE_FLUSH_SECONDS: String(FLUSH_SECONDS),
    FEATSTORE_LIMITS_SERVERS: String(SERVERS),
    FEATSTORE_LOG_LEVEL: "silent",
  };
  writeFileSync(
    join(folder, "featstore.config.yaml"),
    `tiers: { levels: { free: { requests_per_second: ${RATE}, burst: ${BURST}, resources: ["*"] } } }\n`,
  );
  const createKey = async () => {
    const line = ["keys", "create", "--name", "verify", "--organisation", ORGANISATION, "--json"];
    const { stdout } = await run(process.execPath, [cli, ...line], { env, cwd: folder });
    return JSON.parse(stdout);
  };
  const own = postgres(url.href, { max: 1, onnotice: () => undefined });
  /** Returns the stored requests of a key, as soon as they are `expected`, or after some flushes. */
  const counted = async (id, expected) => {
    let requests = 0;
    for (let attempt = 0; attempt < 10 * FLUSH_SECONDS; attempt++) {
      const [row] =
        await own`select coalesce(sum(requests), 0)::int as requests from featstore.usage_days where key_id = ${id}`;
      requests = row.requests;
      if (requests >= expected) break;
      await pause(500);
    }
    return requests;
  };
  const servers = [];
  try {
    for (let count = 0; count < SERVERS; count++) servers.push(await startServer(folder, env));
    await own`insert into featstore.organisations (id, name, tier) values (${ORGANISATION}, 'Verify', 'free')`;
    return await work({ redis, servers, createKey, counted });
  } finally {
    await own.end();
    for (const { child } of servers) child.kill("SIGKILL");
    redis.kill("SIGKILL");
    await admin`drop database if exists ${admin(name)} with (force)`;
    await admin.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startServer(folder, env) {
  const child = spawn(process.execPath, [cli, "serve", "--port", "0", "--json"], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  return { child, url: JSON.parse(line).url };
}

async function freePort() {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

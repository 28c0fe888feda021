import { get } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPostgresDatabase } from "../../server/src/database/postgres-database";
import { compareWithTables } from "../../server/test/acceptance/served-differences";
import { PORT, POSTGRES_PORT, type Podman, startPodman, withoutPodman } from "./podman";
import { CLIENTS, startLoad } from "./steady-load";

const IMAGE = "localhost/featstore";
const EPOCH = "1700000000";
const PROJECT = "featstore-test";
const SERVERS = [`${PROJECT}_server_1`, `${PROJECT}_server_2`] as const;
/** The role, the schema and the database are named featstore already. */
const UNUSUAL_DEFAULTS = [
  "search_path = featstore, features, public",
  "standard_conforming_strings = off",
  "datestyle = 'SQL, DMY'",
  "intervalstyle = 'sql_standard'",
  "bytea_output = 'escape'",
  "timezone = 'Asia/Kathmandu'",
];
const INTERNAL_PATHS = ["/metrics", "/metrics?x", "/%6detrics", "/x/../metrics", "/%2E/metrics", "/x/.%2e/metrics"];
const URL_OF_PROXY = `http://127.0.0.1:${PORT}`;

if (withoutPodman) console.log("Skipping the containers: they need root on Debian 12, which can install podman.");

describe.skipIf(withoutPodman)("containers", () => {
  let podman: Podman["podman"];
  let compose: Podman["compose"];
  let key = "";
  let request = "";

  beforeAll(async () => {
    ({ podman, compose } = await startPodman(PROJECT));
    await compose("down", "--volumes");
  });

  afterAll(async () => {
    await compose?.("down", "--volumes");
    await podman?.("image", "prune", "--force");
  });

  const build = async (): Promise<string> => {
    const timestamps = ["--timestamp", EPOCH, "--build-arg", `SOURCE_DATE_EPOCH=${EPOCH}`];
    await podman("build", "--no-cache", "--layers=false", "--quiet", ...timestamps, "--tag", IMAGE, ".");
    return podman("image", "inspect", "--format", "{{.Digest}}", IMAGE);
  };
  const inImage = (script: string): Promise<string> =>
    podman("run", "--rm", "--network=none", "--entrypoint=/nodejs/bin/node", IMAGE, "--eval", script);

  test("the same sources and SOURCE_DATE_EPOCH make the same image", async () => {
    const first = await build();
    expect(first).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await build()).toBe(first);
    const bytes = Number(await podman("image", "inspect", "--format", "{{.Size}}", IMAGE));
    console.log(`The image has ${(bytes / 1e6).toFixed(0)} MB: ${first}`);
    expect(bytes).toBeLessThan(450e6);
  });

  test("the image runs without root, without a shell, and on a read-only file system", async () => {
    expect(await podman("image", "inspect", "--format", "{{.Config.User}}", IMAGE)).toBe("65532:65532");
    const writable = `for (const path of ["/app", "/etc", "/nodejs", "/data"]) try { fs.accessSync(path, 2); console.log(path) } catch {}`;
    expect(await inImage(writable)).toBe("/data");
    const programs = `console.log(["/bin", "/usr/bin", "/usr/local/bin"].flatMap((path) => fs.existsSync(path) ? fs.readdirSync(path) : []).join())`;
    // It makes the pipe through which DuckDB's rows reach the server.
    expect(await inImage(programs)).toBe("mkfifo");
    const doctor = await podman("run", "--rm", "--network=none", "--read-only", "--tmpfs=/tmp", IMAGE, "doctor");
    expect(doctor).toContain("ok      data folder: /data");
    expect(doctor).not.toMatch(/^(warning|failed) {1,2}definitions/m);
  });

  test("the compose file comes up from nothing; one command publishes the sample, which the proxy serves", async () => {
    await compose("up", "--detach");
    const output = await compose("run", "--rm", "-T", "server", "sample", "load", "--publish");
    key = /API key {2}(\S+)/.exec(output)?.[1] ?? "";
    request = /"(http\S+)"/.exec(output)?.[1] ?? "";
    expect(new URL(request).origin).toBe(URL_OF_PROXY);
    await expect.poll(() => statusOf(request, key)).toBe(200);
    const answer = await (await fetch(request, { headers: { authorization: `Bearer ${key}` } })).json();
    expect(answer).toMatchObject({ status: "complete" });
  });

  test("every feature of every row is served as the table has it, also with other defaults of the database", async () => {
    const password = await podman("exec", `${PROJECT}_postgres_1`, "cat", "/secrets/database-password");
    const databaseUrl = `postgres://featstore:${password}@127.0.0.1:${POSTGRES_PORT}/featstore`;
    const served = { url: URL_OF_PROXY, key, databaseUrl };
    const first = await compareWithTables(served);
    expect(first.differences).toEqual([]);
    expect(first.values).toBeGreaterThan(6_000);

    const administrator = createPostgresDatabase({ url: databaseUrl, poolSize: 1 });
    for (const setting of UNUSUAL_DEFAULTS) await administrator.script(`alter database featstore set ${setting}`);
    await administrator.close();
    await podman("restart", "--time", "45", ...SERVERS);
    await expect.poll(() => statusOf(request, key)).toBe(200);
    await compose("run", "--rm", "-T", "server", "materialize");
    const second = await compareWithTables(served);
    expect(second.differences).toEqual([]);
    expect(second.values).toBe(first.values);
    console.log(`${first.values} values were compared twice`);
  });

  test("people sign up with the mail of one server's log, and their keys read what the mounted configuration allows", async () => {
    const headers = { origin: URL_OF_PROXY };
    const send = (path: string, form: Readonly<Record<string, string>>) =>
      fetch(`${URL_OF_PROXY}${path}`, { method: "POST", headers, body: new URLSearchParams(form), redirect: "manual" });
    expect((await send("/portal/sign-in", { email: "ada@example.com" })).status).toBe(303);
    const tokenInLogs = async (): Promise<string> => {
      const logs = await Promise.all(SERVERS.map((server) => podman("logs", server)));
      return /sign-in\/link\?token=([\w-]+)/.exec(logs.join("\n"))?.[1] ?? "";
    };
    await expect.poll(tokenInLogs).not.toBe("");
    const signedIn = await send("/portal/sign-in/link", { token: await tokenInLogs(), next: "/portal" });
    const cookie = signedIn.headers
      .getSetCookie()
      .map((each) => each.split(";", 1)[0])
      .join("; ");
    const made = await fetch(`${URL_OF_PROXY}/api/keys`, {
      method: "POST",
      headers: { ...headers, cookie, "content-type": "application/json" },
      body: JSON.stringify({ name: "ada", scopes: ["features:read"] }),
    });
    expect(made.status).toBe(201);
    expect(await statusOf(request, ((await made.json()) as { key: string }).key)).toBe(200);
  });

  test("every container has a read-only file system; only PostgreSQL's has capabilities, to become another user", async () => {
    const format = "{{.HostConfig.ReadonlyRootfs}} {{.EffectiveCaps}}";
    for (const service of ["server_1", "server_2", "proxy_1", "redis_1"])
      expect(await podman("inspect", "--format", format, `${PROJECT}_${service}`)).toBe("true []");
    expect(await podman("inspect", "--format", format, `${PROJECT}_postgres_1`)).toBe(
      "true [CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER CAP_SETGID CAP_SETUID]",
    );
  });

  test("the proxy passes no metrics, however the path is written; each server has them in its network", async () => {
    for (const path of INTERNAL_PATHS) {
      const { status, contentType, body } = await sendPath(path);
      expect([path, status, contentType]).toEqual([path, 404, "application/problem+json"]);
      expect(JSON.parse(body)).toMatchObject({ status: 404, code: "path_not_found", request_id: expect.any(String) });
    }
    expect((await fetch(`${URL_OF_PROXY}/health`)).status).toBe(200);
    const own = `fetch("http://127.0.0.1:8080/metrics").then((answer) => console.log(answer.status))`;
    expect(await podman("exec", SERVERS[0], "/nodejs/bin/node", "--eval", own)).toBe("200");
  });

  test("every health check of the compose file passes", async () => {
    for (const service of ["server_1", "server_2", "proxy_1", "postgres_1", "redis_1"]) {
      const check = () => podman("healthcheck", "run", `${PROJECT}_${service}`);
      await expect.poll(() => check().then(() => service, String)).toBe(service);
    }
  });

  test("a killed server loses no request beyond those in flight, and comes back", async () => {
    const load = startLoad(request, { authorization: `Bearer ${key}` });
    await load.answers(400);
    expect(load.failures).toEqual([]);
    await podman("kill", "--signal=KILL", SERVERS[1]);
    await load.answers(400);
    await podman("start", SERVERS[1]);
    await expect.poll(() => podman("healthcheck", "run", SERVERS[1]).then(() => "healthy", String)).toBe("healthy");
    await load.answers(400);
    await load.end();
    console.log(`${load.answered()} requests answered while a server was killed, ${load.failures.length} lost`);
    expect(load.failures.length, load.failures.join()).toBeLessThanOrEqual(CLIENTS);
  });

  test("servers and PostgreSQL end when they are stopped, a server also after PostgreSQL; then the proxy responds with a problem document", async () => {
    const stop = async (container: string, seconds: number): Promise<string> => {
      await podman("stop", "--time", String(seconds), container);
      return podman("inspect", "--format", "{{.State.ExitCode}}", container);
    };
    // Killed containers have 137.
    expect(await stop(SERVERS[0], 45)).toBe("0");
    expect(await stop(`${PROJECT}_postgres_1`, 90)).toBe("0");
    expect(await stop(SERVERS[1], 45)).toBe("0");
    const unready = async () => {
      const { status, contentType, body } = await sendPath("/api/features/1");
      return { status, contentType, code: JSON.parse(body).code };
    };
    await expect.poll(unready).toEqual({ status: 503, contentType: "application/problem+json", code: "starting" });
  });

  test("taking everything down removes the containers, the volumes and the network", async () => {
    await compose("down", "--volumes");
    expect(await podman("ps", "--all", "--quiet", "--filter", `name=${PROJECT}`)).toBe("");
    expect(await podman("volume", "ls", "--quiet", "--filter", `name=${PROJECT}`)).toBe("");
    expect(await podman("network", "ls", "--quiet", "--filter", `name=${PROJECT}`)).toBe("");
  });
});

/** Sends a path as it is: `fetch` would resolve it. */
function sendPath(path: string): Promise<{ status: number; contentType: string; body: string }> {
  return new Promise((resolve, reject) => {
    const sending = get({ host: "127.0.0.1", port: PORT, path }, (response) => {
      let body = "";
      response.on("data", (chunk: Buffer) => {
        body += chunk.toString();
      });
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, contentType: response.headers["content-type"] ?? "", body }),
      );
    });
    sending.on("error", reject);
  });
}

async function statusOf(url: string, key: string): Promise<number> {
  await pause(100);
  return fetch(url, { headers: { authorization: `Bearer ${key}` } }).then(
    ({ status }) => status,
    () => 0,
  );
}

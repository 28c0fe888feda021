import { createServer } from "node:net";
import { Code, ConnectError } from "@connectrpc/connect";
import { sparkFunctions } from "@featstore/definitions/compiler";
import { Int32, Table, tableToIPC, vectorFromArray } from "apache-arrow";
import { describe, expect, test } from "vitest";
import { openSparkSession } from "../../../src/engine/spark/connect/index";
import { openSpark, withSpark } from "../../../src/engine/spark/open-spark";
import { secretOf } from "../duckdb/support/test-engine";
import { type FakeSpark, session, startFakeSpark } from "./support/fake-spark";

const open = ({ url }: Pick<FakeSpark, "url">, settings: Readonly<Record<string, string>> = {}, repeatMs = 100) =>
  openSparkSession({ engine: "lake", url, settings, repeatMs });

const invalidHandle = (kind: string) => new ConnectError(`[INVALID_HANDLE.${kind}] gone`, Code.Internal);
const complete = { ...session, responseType: { case: "resultComplete" as const, value: {} } };
const batch = (responseId: string, ...ids: readonly number[]) => {
  const data = tableToIPC(new Table({ id: vectorFromArray([...ids], new Int32()) }), "stream");
  return { ...session, responseId, responseType: { case: "arrowBatch" as const, value: { data } } };
};

describe("opening a session", () => {
  test("a server of another version is refused", async () => {
    const value = { version: "3.5.6" };
    const fake = await startFakeSpark({ analyzePlan: () => ({ ...session, result: { case: "sparkVersion", value } }) });
    await expect(open(fake)).rejects.toMatchObject({
      code: "engine_version_unsupported",
      detail: 'The server of engine "lake" is Spark 3.5.6: Featstore supports 4.0 and 4.1.',
    });
  });

  test("a port where nothing listens is engine_unavailable, with the reason and without the token", async () => {
    const opened = open({ url: "sc://127.0.0.1:1/;token=secret;use_ssl=false" });
    await expect(opened).rejects.toMatchObject({
      code: "engine_unavailable",
      detail: 'The server of engine "lake" at 127.0.0.1:1 does not answer (ECONNREFUSED).',
    });
  });

  test("a port of another protocol is engine_unavailable", async () => {
    const server = createServer((socket) => socket.end("220 mail\r\n")).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    try {
      await expect(open({ url: `sc://127.0.0.1:${port}` })).rejects.toMatchObject({ code: "engine_unavailable" });
      const secure = open({ url: `sc://127.0.0.1:${port}/;use_ssl=true` });
      await expect(secure).rejects.toMatchObject({ code: "engine_unavailable" });
    } finally {
      server.close();
    }
  });

  test("the token is a header of each call, and a wrong one is engine_unavailable", async () => {
    const fake = await startFakeSpark({
      analyzePlan: (_, { requestHeader }) => {
        if (requestHeader.get("authorization") !== "Bearer right") throw new ConnectError("no", Code.Unauthenticated);
        return { ...session, result: { case: "sparkVersion", value: { version: "4.0.1" } } };
      },
    });
    const opened = await open({ url: `${fake.url}/;token=right;use_ssl=false` });
    expect(opened.version).toBe("4.0.1");
    await opened.close();
    await expect(open({ url: `${fake.url}/;token=wrong;use_ssl=false` })).rejects.toMatchObject({
      code: "engine_unavailable",
      detail: expect.not.stringContaining("wrong"),
    });
  });

  test("a setting that has another value afterwards is refused by name", async () => {
    const pairs = [{ key: "spark.sql.ansi.enabled", value: "false" }];
    const fake = await startFakeSpark({ config: () => ({ ...session, pairs }) });
    await expect(open(fake, { "spark.sql.ansi.enabled": "true" })).rejects.toMatchObject({
      code: "engine_setting_refused",
      detail: expect.stringContaining("spark.sql.ansi.enabled: it is false instead of true"),
    });
  });

  test("a call that fails because the server is busy for a moment is repeated", async () => {
    let calls = 0;
    const fake = await startFakeSpark({
      analyzePlan: () => {
        calls += 1;
        if (calls < 3) throw new ConnectError("later", Code.Unavailable);
        return { ...session, result: { case: "sparkVersion", value: { version: "4.1.4" } } };
      },
    });
    await (await open(fake, {}, 60_000)).close();
    expect(calls).toBe(3);
  });
});

describe("a statement", () => {
  test("goes on after the last response when the server ends the stream before the result is complete", async () => {
    const positions: (string | undefined)[] = [];
    const fake = await startFakeSpark({
      async *executePlan() {
        yield batch("r1", 1, 2);
      },
      async *reattachExecute({ lastResponseId }) {
        positions.push(lastResponseId);
        if (positions.length === 1) yield batch("r2", 3);
        else yield complete;
      },
    });
    const opened = await open(fake);
    expect(await opened.rows("select 1")).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
    expect(positions).toEqual(["r1", "r2"]);
    await opened.close();
  });

  test("is sent again if the server never received it, and not if it did", async () => {
    const sent: (string | undefined)[] = [];
    const fake = await startFakeSpark({
      async *executePlan({ operationId }) {
        sent.push(operationId);
        if (sent.length === 1) throw new ConnectError("lost on the way", Code.Unavailable);
        yield batch("r1", 1);
        yield complete;
      },
      // biome-ignore lint/correctness/useYield: it fails
      async *reattachExecute() {
        throw invalidHandle("OPERATION_NOT_FOUND");
      },
    });
    const opened = await open(fake);
    expect(await opened.rows("select 1")).toEqual([{ id: 1 }]);
    expect(sent).toHaveLength(2);
    expect(sent[0]).toBe(sent[1]);
    await opened.close();
  });

  test("is engine_lost if the server that ran it is restarted", async () => {
    const fake = await startFakeSpark({
      async *executePlan() {
        yield batch("r1", 1);
        throw new ConnectError("shutting down", Code.Unavailable);
      },
      config: ({ clientObservedServerSideSessionId }) => {
        if (clientObservedServerSideSessionId === session.serverSideSessionId) throw invalidHandle("SESSION_CHANGED");
        return session;
      },
    });
    const opened = await open({ url: fake.url });
    await expect(opened.rows("select 1")).rejects.toMatchObject({ code: "engine_lost" });
    await opened.close();
  });

  test("is engine_lost if the server is killed while it runs", async () => {
    const fake = await startFakeSpark({
      async *executePlan(_, { signal }) {
        yield batch("r1", 1);
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
      },
    });
    const opened = await open(fake);
    await expect(
      (async () => {
        for await (const _ of opened.stream("select 1")) fake.kill();
      })(),
    ).rejects.toMatchObject({ code: "engine_lost" });
    await opened.close();
  });

  test("on a session that the server forgot is engine_session_expired, after which the caller may open another", async () => {
    const fake = await startFakeSpark({
      // biome-ignore lint/correctness/useYield: it fails
      async *executePlan() {
        throw invalidHandle("SESSION_NOT_FOUND");
      },
    });
    const opened = await open(fake);
    await expect(opened.rows("select 1")).rejects.toMatchObject({ code: "engine_session_expired" });
    await opened.close();
  });

  test("of an operation on a server that was restarted since the one before is engine_lost", async () => {
    const s3 = { endpoint: null, region: null };
    let statements = 0;
    const fake = await startFakeSpark({
      async *executePlan() {
        statements += 1;
        if (statements > sparkFunctions.length) throw invalidHandle("SESSION_CHANGED");
        yield complete;
      },
    });
    const engine = openSpark("lake", {
      ...{ kind: "spark", url: secretOf(fake.url), results: "s3://music/results", staging: "/nowhere", roots: [] },
      ...{ memoryMb: 512, threads: 1, extensions: null, s3 },
    });
    await expect(withSpark(engine, {}, (spark) => spark.run("select 1"))).rejects.toMatchObject({
      code: "engine_lost",
      detail: expect.stringContaining("no longer has the session"),
    });
  });

  test("that a full server rejects is engine_busy", async () => {
    const fake = await startFakeSpark({
      // biome-ignore lint/correctness/useYield: it fails
      async *executePlan() {
        throw new ConnectError("too many", Code.ResourceExhausted);
      },
    });
    const opened = await open(fake);
    await expect(opened.run("insert into t select 1")).rejects.toMatchObject({ code: "engine_busy" });
    await opened.close();
  });

  test("whose tasks wait while none runs is engine_busy after busyMs, and is released", async () => {
    const released: unknown[] = [];
    const stages = [{ numTasks: 2n, numCompletedTasks: 1n }];
    const fake = await startFakeSpark({
      async *executePlan() {
        for (;;) yield { ...session, responseType: { case: "executionProgress" as const, value: { stages } } };
      },
      releaseExecute: ({ release }) => {
        released.push(release.case);
        return session;
      },
    });
    const opened = await openSparkSession({ engine: "lake", url: fake.url, busyMs: 20 });
    await expect(opened.rows("select 1")).rejects.toMatchObject({
      code: "engine_busy",
      detail: expect.stringContaining("1 tasks waited for"),
    });
    await opened.close();
    expect(released.at(-1)).toBe("releaseAll");
  });

  test("that is aborted rejects at once, and the server ends it before the session closes", async () => {
    const released: unknown[] = [];
    const controller = new AbortController();
    const fake = await startFakeSpark({
      async *executePlan(_, { signal }) {
        yield batch("r1", 1);
        controller.abort();
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
      },
      releaseExecute: ({ release }) => {
        released.push(release.case);
        return session;
      },
    });
    const opened = await open(fake);
    await expect(opened.rows("select 1", { signal: controller.signal })).rejects.toMatchObject({ code: "aborted" });
    await opened.close();
    expect(released.at(-1)).toBe("releaseAll");
    await expect(opened.rows("select 1")).rejects.toMatchObject({ code: "closed" });
  });

  test("that is aborted while Spark prepares a stage is ended only after the stage is submitted", async () => {
    const events: string[] = [];
    const controller = new AbortController();
    const progress = (stages: number) => {
      events.push(`${stages} stages`);
      const value = { stages: Array.from({ length: stages }, () => ({ numTasks: 1n })) };
      return { ...session, responseType: { case: "executionProgress" as const, value } };
    };
    const fake = await startFakeSpark({
      async *executePlan(_, { signal }) {
        yield progress(0);
        controller.abort();
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
      },
      async *reattachExecute(_, { signal }) {
        yield progress(0);
        yield progress(1);
        yield progress(1);
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
      },
      releaseExecute: ({ release }) => {
        if (release.case === "releaseAll") events.push("ended");
        return session;
      },
    });
    const opened = await open(fake);
    await expect(opened.rows("select 1", { signal: controller.signal })).rejects.toMatchObject({ code: "aborted" });
    await opened.close();
    expect(events).toEqual(["0 stages", "0 stages", "1 stages", "1 stages", "ended"]);
  });
});

import { expect, test } from "vitest";
import { loadConfig } from "../../src/core/config";
import type { OutsideFault } from "../../src/core/outside-fault";
import { createOutsideChecks } from "../../src/health/outside-checks";
import { outsidePartsOf } from "../../src/health/outside-parts";
import type { OutsidePart } from "../../src/platform/outside-part";
import { createFakeOnlineStore } from "../helpers/fake-online-store";
import { createFakeRegistry, registered, snapshotOf } from "../helpers/serving-fixture";
import { createTestApp } from "../helpers/test-app";

const part = (name: string, check: OutsidePart["check"]): OutsidePart => ({ name, setting: name, check });
const wrongPassword: OutsideFault = { code: "login_failed", cause: "WRONGPASS" };

const responsesWith = async (...outsideParts: OutsidePart[]) => {
  const { app } = await createTestApp({
    registry: createFakeRegistry(snapshotOf(1, [registered({ name: "mood", features: {} })])),
    onlineStore: createFakeOnlineStore(new Map(), true),
    outsideParts,
  });
  const health = (await (await app.request("/health")).json()) as { status: string; checks: Record<string, unknown> };
  return { health, ready: (await app.request("/readyz")).status };
};

test("health is degraded with the cause when an outside part cannot be used, and the server stays ready", async () => {
  const { health, ready } = await responsesWith(
    part("redis", async () => wrongPassword),
    part("mail", async () => undefined),
  );
  expect(health.status).toBe("degraded");
  expect(health.checks.redis).toEqual({
    ok: false,
    code: "login_failed",
    detail: expect.stringContaining("WRONGPASS"),
  });
  expect(health.checks.mail).toMatchObject({ ok: true });
  expect(ready).toBe(200);
});

test("health is ok when every outside part can be used", async () => {
  expect((await responsesWith(part("s3", async () => undefined))).health.status).toBe("ok");
});

test("a part that hangs or throws is unreachable, and delays no report", async () => {
  const { health } = await responsesWith(
    part("redis", () => new Promise(() => undefined)),
    part("s3", async () => {
      throw new Error("with a secret");
    }),
  );
  expect(health.checks).toMatchObject({ redis: { code: "unreachable" }, s3: { code: "unreachable" } });
  expect(JSON.stringify(health)).not.toContain("secret");
});

test("many reports share one check until its result is too old", async () => {
  const faults = [wrongPassword, undefined];
  let count = 0;
  const parts = [part("redis", async () => faults[count++])];
  const kept = createOutsideChecks({ parts });
  for (let report = 0; report < 5; report++) expect((await kept.read()).get("redis")).toEqual(wrongPassword);
  expect(count).toBe(1);
  const renewed = createOutsideChecks({ parts, keptMs: 0 });
  await renewed.read();
  expect((await renewed.read()).get("redis")).toBeUndefined();
});

test("only what is configured is checked", () => {
  const namesWith = (env: Record<string, string>) => {
    const config = loadConfig({ folder: "/nowhere", env });
    return outsidePartsOf(config).map(({ name }) => name);
  };
  expect(namesWith({})).toEqual([]);
  expect(
    namesWith({
      REDIS_URL: "redis://127.0.0.1:6379",
      FEATSTORE_DATASETS_S3_URL: "s3://bucket/prefix",
      FEATSTORE_AUTH: "true",
      FEATSTORE_AUTH_MAIL_URL: "smtp://127.0.0.1:25",
      FEATSTORE_AUTH_MAIL_FROM: "features@example.com",
    }),
  ).toEqual(["redis", "s3", "mail"]);
});

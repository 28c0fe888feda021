import { execFileSync } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bundleChild } from "../helpers/bundle-child";
import { createFakeOnlineStore } from "../helpers/fake-online-store";
import { pgliteFolder } from "../helpers/pglite-image";
import { createFakeRegistry, registered, snapshotOf } from "../helpers/serving-fixture";
import { createTestApp, withKey } from "../helpers/test-app";

test("a server to which nobody signs in loads no Better Auth, and no server loads the mail library before a mail", async () => {
  // A process of its own: other tests of this one load them.
  const child = await bundleChild(new URL("./auth-off-child.ts", import.meta.url));
  const folder = await mkdtemp(join(tmpdir(), "featstore-auth-off-"));
  try {
    await cp(await pgliteFolder(), join(folder, "database"), { recursive: true });
    const printed = execFileSync(process.execPath, [child, folder], { encoding: "utf8" });
    expect(JSON.parse(printed)).toEqual({ off: [], on: ["better-auth", "kysely"] });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("without people, account operations say so, and a cookie is no key", async () => {
  const { app, keyOf } = await createTestApp({
    registry: createFakeRegistry(snapshotOf(1, [registered({ name: "mood", features: { energy: "float64" } })])),
    onlineStore: createFakeOnlineStore(new Map(), true),
  });
  const code = async (path: string, init: RequestInit) =>
    ((await (await app.request(path, init)).json()) as { code: string }).code;
  const key = withKey(await keyOf());
  expect(await code("/api/account", key)).toBe("auth_off");
  expect(await code("/api/members", key)).toBe("auth_off");
  expect(await code("/api/account", { ...key, method: "DELETE" })).toBe("auth_off");
  const cookie = { headers: { cookie: "featstore.session_token=a.b" } };
  expect(await code("/api/account", cookie)).toBe("key_required");
  expect(await code("/api/feature-views", cookie)).toBe("key_required");
});

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openApi, openApiText } from "../../src/app";
import { httpErrorCodes } from "../../src/core/errors";
import { createFakeOnlineStore } from "../helpers/fake-online-store";
import { createFakeRegistry, registered, snapshotOf } from "../helpers/serving-fixture";
import { createTestApp } from "../helpers/test-app";

const committed = fileURLToPath(new URL("../../../docs/openapi.json", import.meta.url));

const open = () =>
  createTestApp({
    registry: createFakeRegistry(snapshotOf(1, [registered({ name: "mood", features: { energy: "float64" } })])),
    onlineStore: createFakeOnlineStore(new Map(), true),
  });

// UPDATE_OPENAPI=1 npx vitest run server/test/app/openapi.test.ts rewrites the document.
test("docs/openapi.json equals the served document", async () => {
  if (process.env.UPDATE_OPENAPI === "1") writeFileSync(committed, openApiText());
  const { app } = await open();
  const response = await app.request("/openapi.json");
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(await response.text()).toBe(readFileSync(committed, "utf8"));
});

test("every code of an HTTP response is in the document", () => {
  expect(openApi().components?.schemas?.Problem).toMatchObject({ properties: { code: { enum: httpErrorCodes } } });
});

test("every operation has a unique id, a summary and a security", () => {
  const operations = Object.values(openApi().paths ?? {}).flatMap((item) => Object.values(item)) as {
    operationId: string;
    summary: string;
    security?: readonly unknown[];
    tags: string[];
  }[];
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  for (const { summary, security, tags } of operations) {
    expect(summary).toMatch(/^[A-Z]/);
    const people = tags.includes("account");
    expect(security?.length).toBeOneOf(tags.includes("operations") ? [0] : people ? [1, 3] : [2, 3]);
  }
});

test("the routes work with Hono's fastest router", async () => {
  const { app } = await open();
  await app.request("/livez");
  expect(app.router.name).toBe("SmartRouter + RegExpRouter");
});

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DemoServer, startDemoServer } from "./demo-server";

const executablePath = process.env.TEST_CHROMIUM ?? "";

describe.skipIf(executablePath === "" && process.env.REQUIRE_SERVICES !== "1")("pages of other origins", () => {
  const pages: Server[] = [];
  let listed: string;
  let unlisted: string;
  let server: DemoServer;
  let browser: Browser;

  /** Serves an empty page; returns its origin. */
  const servePage = async (): Promise<string> => {
    const page = createServer((_, response) => response.end("<!doctype html><title>Page</title>"));
    pages.push(page);
    await new Promise<void>((resolve) => page.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(page.address() as AddressInfo).port}`;
  };

  beforeAll(async () => {
    if (executablePath === "")
      throw new Error("TEST_CHROMIUM is not set (REQUIRE_SERVICES=1); run: bash scripts/services.sh start");
    listed = await servePage();
    unlisted = await servePage();
    server = await startDemoServer({ FEATSTORE_CORS_ORIGINS: listed });
    const args = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-sandbox"];
    browser = await chromium.launch({ executablePath, args });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    for (const page of pages) page.close();
  });

  /** Runs `fetch` in a page; returns what the page can see, or the error's name. */
  const fetchIn = async (origin: string, path: string, init: RequestInit = {}) => {
    const context = await browser.newContext();
    try {
      // A cookie of the server: cookies do not depend on the port.
      await context.addCookies([{ name: "featstore.session_token", value: "any", url: server.url }]);
      const page = await context.newPage();
      await page.goto(origin);
      return await page.evaluate(
        ([url, options]) =>
          fetch(url, options).then(
            async (response) => ({
              status: response.status,
              body: await response.json(),
              headers: Object.fromEntries(response.headers) as Record<string, string>,
            }),
            (error: Error) => error.name,
          ),
        [`${server.url}${path}`, init] as const,
      );
    } finally {
      await context.close();
    }
  };
  const keyed = () => ({ authorization: `Bearer ${server.key}` });

  test("a page of a listed origin reads a feature and sees its headers", async () => {
    expect(await fetchIn(listed, "/api/features/1", { headers: keyed() })).toMatchObject({
      status: 200,
      body: { speech_id: 1, status: "complete" },
      headers: {
        etag: expect.any(String),
        ratelimit: expect.stringContaining('"key"'),
        "ratelimit-policy": expect.any(String),
        "x-request-id": expect.any(String),
      },
    });
  });

  test("a page of a listed origin sends a batch, and reads problems", async () => {
    const batch = {
      method: "POST",
      headers: { ...keyed(), "content-type": "application/json" },
      body: '{"ids":[1,2]}',
    };
    expect(await fetchIn(listed, "/api/features/batch", batch)).toMatchObject({ status: 200, body: { ids: [1, 2] } });
    expect(await fetchIn(listed, "/api/features/1")).toMatchObject({ status: 401, body: { code: "key_required" } });
  });

  test("a page of another origin reads nothing", async () => {
    expect(await fetchIn(unlisted, "/api/features/1", { headers: keyed() })).toBe("TypeError");
    expect(await fetchIn(unlisted, "/livez")).toBe("TypeError");
  });

  test("a page of a listed origin cannot use cookies of the server", async () => {
    expect(await fetchIn(listed, "/api/account", { credentials: "include" })).toBe("TypeError");
    expect(await fetchIn(listed, "/api/account")).toMatchObject({ status: 401, body: { code: "key_required" } });
  });
});

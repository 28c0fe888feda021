import { describe, expect, test } from "vitest";
import { createApp } from "../../src/app";
import { createFakeOnlineStore } from "../helpers/fake-online-store";
import { createFakeRegistry, snapshotOf } from "../helpers/serving-fixture";
import { createTestApp } from "../helpers/test-app";
import { createSamplePortal } from "./support/sample-portal";

/** As Chromium, Firefox and Safari send it for a page. */
const BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";

const openBare = () =>
  createTestApp({
    registry: createFakeRegistry(snapshotOf(1, [])),
    onlineStore: createFakeOnlineStore(new Map(), true),
    outsideParts: [
      { name: "redis", setting: "redis.url", check: async () => ({ code: "login_failed", cause: "WRONGPASS" }) },
    ],
  });

const apps = [
  ["where nobody signs in", async () => (await openBare()).app],
  ["where people sign in", async () => (await createSamplePortal()).app],
] as const;

describe.each(apps)("%s", (_, open) => {
  const ask = async (path: string, accept: string | undefined, headers: Record<string, string> = {}) =>
    (await open()).request(path, { headers: { ...(accept === undefined ? {} : { accept }), ...headers } });
  const typeOf = (response: Response) => response.headers.get("content-type")?.split(";")[0];

  test("an unknown path is a page for a browser, with the code and the request's id", async () => {
    for (const path of ["/nope", "/nope/deeper?utm_source=mail", "/apis"]) {
      const response = await ask(path, BROWSER, { "x-request-id": "request-1" });
      expect([response.status, typeOf(response), response.headers.get("vary")], path).toEqual([
        404,
        "text/html",
        "accept",
      ]);
      expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(await response.text()).toMatch(/path_not_found.*request-1/s);
    }
  });

  test.each([
    undefined,
    "*/*",
    "application/json",
    "application/json, text/html;q=0.9",
    "application/problem+json, text/html",
    "text/html;q=0",
    "image/png",
    "",
  ])("an unknown path is a problem document for Accept: %j", async (accept) => {
    const response = await ask("/nope", accept);
    expect([response.status, typeOf(response), response.headers.get("vary")]).toEqual([
      404,
      "application/problem+json",
      "accept",
    ]);
    expect(await response.json()).toMatchObject({ code: "path_not_found" });
  });

  test.each(["/api", "/api/nope", "/api/features/7/8"])("%s is a problem document for everyone", async (path) => {
    expect(typeOf(await ask(path, BROWSER))).toBe("application/problem+json");
  });

  test("a form to an unknown path gets a problem document", async () => {
    const response = await (await open()).request("/nope", { method: "POST", headers: { accept: BROWSER } });
    expect([response.status, typeOf(response)]).toEqual([404, "application/problem+json"]);
  });

  test("health is a page for a browser, with the status, every check and its code", async () => {
    const report = (await (await ask("/health", undefined)).json()) as {
      readonly status: string;
      readonly checks: Record<string, { readonly detail: string; readonly code?: string }>;
    };
    const response = await ask("/health", BROWSER);
    expect([response.status, typeOf(response), response.headers.get("vary")]).toEqual([200, "text/html", "accept"]);
    const html = await response.text();
    const text = html.replaceAll(/<[^>]*>/g, " ").replaceAll("&#39;", "'");
    expect(text.toLowerCase()).toContain(report.status);
    for (const [name, { detail, code = "" }] of Object.entries(report.checks)) {
      for (const fact of [name, detail, code]) expect(text).toContain(fact);
    }
  });

  test.each([undefined, "*/*", "application/json"])("health is JSON for Accept: %j", async (accept) => {
    const response = await ask("/health", accept);
    expect([response.status, typeOf(response), response.headers.get("vary")]).toEqual([
      200,
      "application/json",
      "accept",
    ]);
    expect(await response.json()).toHaveProperty("checks.database.ok", true);
  });

  test("the files of these pages are served", async () => {
    const html = await (await ask("/nope", BROWSER)).text();
    const files = [...html.matchAll(/"(\/portal\/files\/[^"]+)"/g)].map(([, path = ""]) => path);
    expect(files).toHaveLength(3);
    for (const path of files) expect((await ask(path, undefined)).status).toBe(200);
    expect((await ask("/portal/files/none.css", undefined)).status).toBe(404);
  });
});

test("the pages link to the portal only where there is one, and have the chosen theme", async () => {
  const headers = { accept: BROWSER, cookie: "theme=dark" };
  for (const [app, isThere] of [
    [(await createSamplePortal()).app, true],
    [createApp((await openBare()).deps), false],
  ] as const) {
    for (const path of ["/nope", "/health"]) {
      const html = await (await app.request(path, { headers })).text();
      expect(html.includes('href="/portal"'), path).toBe(isThere);
      expect(html).toContain('data-theme="dark"');
    }
  }
});

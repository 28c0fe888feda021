import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { errorTable } from "../../src/core/error-table";
import { createFakeOnlineStore } from "../helpers/fake-online-store";
import { createFakeRegistry, registered, snapshotOf } from "../helpers/serving-fixture";
import { createTestApp } from "../helpers/test-app";

const open = async () => {
  const { app } = await createTestApp({
    registry: createFakeRegistry(snapshotOf(1, [registered({ name: "mood", features: { energy: "float64" } })])),
    onlineStore: createFakeOnlineStore(new Map(), true),
  });
  return (path: string, headers: Record<string, string> = {}) => app.request(path, { headers });
};

const BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";

test("GET / redirects a browser to /docs", async () => {
  const response = await (await open())("/", { accept: BROWSER });
  expect(response.status).toBe(302);
  expect(response.headers.get("location")).toBe("/docs");
  expect(response.headers.get("vary")).toBe("accept");
});

test("GET / lists the server's paths for programs, and each of them answers", async () => {
  const get = await open();
  for (const accept of ["*/*", "application/json"]) {
    const response = await get("/", { accept });
    expect(response.headers.get("content-type")).toBe("application/json");
    const { name, version, api, ...paths } = (await response.json()) as Record<string, string>;
    expect([name, version, api]).toEqual(["featstore", expect.stringMatching(/^\d+\.\d+\.\d+/), "/api"]);
    for (const path of Object.values(paths)) expect((await get(path)).status).toBe(200);
  }
  expect((await get("/", { accept: "image/png" })).status).toBe(406);
});

test("/docs/ redirects to /docs", async () => {
  const response = await (await open())("/docs/");
  expect([response.status, response.headers.get("location")]).toEqual([308, "/docs"]);
});

test("the pages load nothing from other servers and forbid it by a content security policy", async () => {
  const get = await open();
  for (const [path, connections] of [
    ["/docs", ["connect-src 'self'"]],
    ["/docs/errors", ["style-src 'self'"]],
  ] as const) {
    const response = await get(path);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy.split("; ")).toEqual(
      expect.arrayContaining(["default-src 'none'", "script-src 'self'", ...connections, "frame-ancestors 'none'"]),
    );
    const page = await response.text();
    const links = [...page.matchAll(/(?:src|href)="([^"#]+)[^"]*"/g)].map(([, link]) => link ?? "");
    expect(links.length).toBeGreaterThan(1);
    for (const link of links) {
      expect(link).toMatch(/^\/(?!\/)/);
      expect((await get(link)).status).toBe(200);
    }
  }
});

test("without JavaScript /docs links to the document and the errors", async () => {
  const page = await (await (await open())("/docs")).text();
  const [, noscript = ""] = /<noscript>(.*)<\/noscript>/s.exec(page) ?? [];
  expect(noscript).toContain('href="/openapi.json"');
  expect(noscript).toContain('href="/docs/errors"');
});

test("the viewer's script is compressed, the same in each encoding, and not sent twice", async () => {
  const get = await open();
  const load = async (encoding: string) => {
    const response = await get("/docs/scalar.js", { "accept-encoding": encoding });
    return { response, bytes: Buffer.from(await response.arrayBuffer()) };
  };
  const plain = await load("identity");
  const gzip = await load("gzip");
  const brotli = await load("gzip, br");
  expect(plain.response.headers.get("content-encoding")).toBeNull();
  expect(gzip.response.headers.get("content-encoding")).toBe("gzip");
  expect(brotli.response.headers.get("content-encoding")).toBe("br");
  expect(gunzipSync(gzip.bytes).equals(plain.bytes)).toBe(true);
  expect(brotliDecompressSync(brotli.bytes).equals(plain.bytes)).toBe(true);
  expect(plain.response.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  const etag = brotli.response.headers.get("etag") ?? "";
  const again = await get("/docs/scalar.js", { "accept-encoding": "br", "if-none-match": etag });
  expect([again.status, (await again.arrayBuffer()).byteLength]).toEqual([304, 0]);
});

test("/docs/errors has an entry for every code, to which problem documents link", async () => {
  const get = await open();
  const page = await (await get("/docs/errors")).text();
  for (const code of Object.keys(errorTable)) expect(page).toContain(`<section id="${code}"`);
  expect(page).not.toContain("`");
  expect(page).not.toMatch(/<script(?! src="\/portal\/files\/)/);
  expect(page).toContain("<code>Authorization: Bearer &lt;key&gt;</code>");
  const problem = (await (await get("/api/nothing")).json()) as { type: string };
  expect(problem.type).toBe("/docs/errors#path_not_found");
});

test("/favicon.ico is an image", async () => {
  const response = await (await open())("/favicon.ico");
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "image/svg+xml"]);
});

test("the pages' files are not API operations and answer no other method", async () => {
  const get = await open();
  const { paths } = (await (await get("/openapi.json")).json()) as { paths: Record<string, unknown> };
  const pages = Object.keys(paths).filter((path) => path.startsWith("/docs") || path === "/favicon.ico");
  expect(pages).toEqual(["/docs", "/docs/errors"]);
  const { app } = await createTestApp({
    registry: createFakeRegistry(snapshotOf(1, [])),
    onlineStore: createFakeOnlineStore(new Map(), true),
  });
  expect((await app.request("/docs/scalar.js", { method: "POST" })).status).toBe(405);
});

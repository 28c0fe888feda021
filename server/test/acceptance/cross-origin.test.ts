import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DemoServer, startDemoServer } from "./demo-server";

const LISTED = "https://app.example.com";
const ALSO_LISTED = "http://localhost:5173";
const origins = [
  [LISTED, true],
  [ALSO_LISTED, true],
  ["https://other.example.com", false],
  ["http://app.example.com", false],
  ["https://app.example.com:8443", false],
  ["https://app.example.com.evil.example", false],
  ["HTTPS://APP.EXAMPLE.COM", false],
  ["null", false],
  ["*", false],
  ["", false],
] as const;
const EXPOSED = [
  ...["etag", "ratelimit", "ratelimit-policy", "retry-after", "x-request-id", "content-range", "accept-ranges"],
  ...["repr-digest", "content-disposition", "location"],
];

let server: DemoServer;
let file: string;
beforeAll(async () => {
  server = await startDemoServer({
    FEATSTORE_CORS_ORIGINS: `${LISTED}, ${ALSO_LISTED}`,
    FEATSTORE_DATASETS_ANONYMOUS: "true",
    FEATSTORE_DATASETS_ANONYMOUS_PER_MINUTE: "1",
  });
  const { body } = await send("GET", `/api/datasets/${server.dataset}/snapshots`, keyed());
  const { snapshots } = JSON.parse(body) as {
    readonly snapshots: readonly { readonly files: readonly { readonly url: string }[] }[];
  };
  file = snapshots[0]?.files[0]?.url ?? "";
});
afterAll(() => server?.close());

/** Sends a request as it stands: `fetch` would refuse or change some of these headers. */
function send(method: string, path: string, headers: Readonly<Record<string, string>> = {}, body = "") {
  return new Promise<{ status: number; headers: Readonly<Record<string, string>>; body: string }>((resolve, reject) => {
    const sent = request(`${server.url}${path}`, { method, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => {
        const values = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
        resolve({ status: response.statusCode ?? 0, headers: Object.fromEntries(values), body: text });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** The list in a header, in lower case. */
function listIn(header: string | undefined): readonly string[] {
  return (header ?? "").toLowerCase().split(/ *, */);
}

const keyed = () => ({ authorization: `Bearer ${server.key}` });
const routes: readonly (readonly [
  name: string,
  status: number,
  send: (headers: Readonly<Record<string, string>>) => ReturnType<typeof send>,
])[] = [
  ["a single read", 200, (headers) => send("GET", "/api/features/1", { ...keyed(), ...headers })],
  ["a single read by the router", 200, (headers) => send("HEAD", "/api/features/1", { ...keyed(), ...headers })],
  ["a single read without a key", 401, (headers) => send("GET", "/api/features/1", headers)],
  [
    "a single read of an unknown view",
    404,
    (headers) => send("GET", "/api/features/1?features=no", { ...keyed(), ...headers }),
  ],
  [
    "a batch",
    200,
    (headers) =>
      send(
        "POST",
        "/api/features/batch",
        { ...keyed(), "content-type": "application/json", ...headers },
        '{"ids":[1,2],"features":["speech_profile"]}',
      ),
  ],
  ["a download", 200, (headers) => send("GET", file, { ...keyed(), ...headers })],
  ["a range of a download", 206, (headers) => send("GET", file, { ...keyed(), range: "bytes=0-9", ...headers })],
  ["an unknown path", 404, (headers) => send("GET", "/api/nothing", { ...keyed(), ...headers })],
  ["a wrong method", 405, (headers) => send("PUT", "/api/features/1", { ...keyed(), ...headers })],
  ["the health of the server", 200, (headers) => send("GET", "/health", headers)],
];

describe.each(origins)("with the origin %j", (origin, isListed) => {
  test.each(routes)("%s has the headers only if the origin is listed", async (_, status, call) => {
    const { status: got, headers } = await call({ origin });
    expect(got).toBe(status);
    expect(headers["access-control-allow-origin"]).toBe(isListed ? origin : undefined);
    expect(headers["access-control-allow-credentials"]).toBeUndefined();
    expect(listIn(headers.vary)).toContain("origin");
    if (isListed) expect(listIn(headers["access-control-expose-headers"])).toEqual(expect.arrayContaining(EXPOSED));
    else expect(headers["access-control-expose-headers"]).toBeUndefined();
  });

  test("a preflight is answered without a key and without the limits", async () => {
    const asks = {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-type,idempotency-key",
    };
    for (const path of ["/api/features/batch", "/api/features/1", "/api/nothing"]) {
      const { status, headers, body } = await send("OPTIONS", path, asks);
      expect(headers.ratelimit).toBeUndefined();
      expect(headers["access-control-allow-credentials"]).toBeUndefined();
      expect(listIn(headers.vary)).toContain("origin");
      if (isListed) {
        expect([status, body]).toEqual([204, ""]);
        expect(headers).toMatchObject({
          "access-control-allow-origin": origin,
          "access-control-allow-headers": "authorization,content-type,idempotency-key",
          "access-control-max-age": "7200",
        });
        expect(listIn(headers["access-control-allow-methods"])).toEqual(["get", "head", "post", "patch", "delete"]);
      } else {
        expect([status, JSON.parse(body).code]).toEqual([403, "origin_forbidden"]);
        expect(headers["access-control-allow-origin"]).toBeUndefined();
      }
    }
  });

  test("the pages for people stay closed", async () => {
    for (const path of ["/portal/sign-in", "/%70ortal/sign-in", "/port%61l/%73ign-in"]) {
      const page = await send("GET", path, { origin });
      expect(page.status).toBe(200);
      expect(page.headers["access-control-allow-origin"]).toBeUndefined();
    }
    for (const path of ["/portal%2Fkeys", "/%50ortal/keys", "/invitations/inv_aaaaaaaaaaaaaaaa", "/portal/%E0%A4%A"]) {
      expect((await send("GET", path, { origin })).headers["access-control-allow-origin"], path).toBeUndefined();
    }
    const asks = { origin, "access-control-request-method": "POST", "access-control-request-headers": "content-type" };
    const preflight = await send("OPTIONS", "/portal/sign-in", asks);
    expect(preflight.status).toBe(403);
    expect(preflight.headers["access-control-allow-origin"]).toBeUndefined();
  });
});

test.each(routes)("%s varies with the origin also if there is none", async (_, status, call) => {
  const { status: got, headers } = await call({});
  expect(got).toBe(status);
  expect(listIn(headers.vary)).toContain("origin");
  expect(headers["access-control-allow-origin"]).toBeUndefined();
});

test("a refusal of too many requests has the headers", async () => {
  let answer = await send("GET", `/api/datasets/${server.dataset}`, { origin: LISTED });
  for (let sent = 0; sent < 3 && answer.status === 200; sent++)
    answer = await send("GET", `/api/datasets/${server.dataset}`, { origin: LISTED });
  expect(answer.status).toBe(429);
  expect(answer.headers).toMatchObject({ "access-control-allow-origin": LISTED, "retry-after": expect.any(String) });
});

test("OPTIONS without the headers of a preflight is a method that is not allowed", async () => {
  for (const headers of [{}, { origin: LISTED }, { "access-control-request-method": "GET" }]) {
    const { status, headers: answered } = await send("OPTIONS", "/api/features/1", headers);
    expect([status, answered.allow]).toEqual([405, "GET, HEAD"]);
  }
});

import { describe, expect, test } from "vitest";
import { OnlineStoreError } from "../../../src/serving/online-store/online-store";
import { createFakeOnlineStore } from "../../helpers/fake-online-store";
import { createFakeRegistry, registered, snapshotOf } from "../../helpers/serving-fixture";
import { createTestApp } from "../../helpers/test-app";

const NOW = 1_767_225_600_000_000;
const DAY = 86_400_000_000;

const views = [
  registered({ name: "profile", features: { genre: "string" } }),
  registered({ name: "mood", features: { energy: "float64" }, ttlSeconds: 60 }),
  registered({ name: "plays", features: { count: "int32" }, tenant: "tenant" }),
  registered({ name: "lyrics", features: { text: "vector(2)" } }),
];
const row = (values: readonly string[], scope = "", eventTime = NOW) => ({ scope, key: "7", eventTime, values });
const tables = new Map([
  ["profile_v1_g1", [row(['"pop"'])]],
  ["mood_v1_g1", [row(["0.5"])]],
  ["plays_v1_g1", [row(["1"], "acme"), row(["2"], "zeta")]],
  ["lyrics_v1_g1", [{ ...row([]), vectors: { text: "[1,2]" } }]],
]);

for (const held of [true, false]) {
  describe(held ? "rows held by the process" : "rows that are waited for", () => {
    const open = async () => {
      const time = { now: NOW };
      const onlineStore = createFakeOnlineStore(tables, held);
      const { app, keyOf } = await createTestApp({
        registry: createFakeRegistry(snapshotOf(1, views)),
        onlineStore,
        clock: () => time.now,
        defaultEntity: "track",
      });
      const keys = { none: await keyOf(), acme: await keyOf("acme"), zeta: await keyOf("zeta") };
      const get = async (path: string, tags?: string, tenant: keyof typeof keys = "none", method = "GET") => {
        const response = await app.request(path, {
          method,
          headers: {
            authorization: `Bearer ${keys[tenant]}`,
            ...(tags === undefined ? {} : { "if-none-match": tags }),
          },
        });
        return { status: response.status, headers: response.headers, text: await response.text() };
      };
      return { get, onlineStore, time };
    };

    test("equal answers have the same strong ETag, cached or not", async () => {
      const { get } = await open();
      const first = await get("/api/features/7?features=profile");
      const tag = first.headers.get("etag") ?? "";
      expect(tag).toMatch(/^"[\w-]{22}"$/);
      expect(first.headers.get("cache-control")).toBe("private, no-cache");
      expect(first.headers.get("vary")).toBe("authorization, x-api-key");
      expect((await get("/api/features/7?features=profile")).headers.get("etag")).toBe(tag);
      expect((await get("/api/features/8?features=profile")).headers.get("etag")).not.toBe(tag);
    });

    test("answers 304 if the client has the answer", async () => {
      const { get } = await open();
      const path = "/api/features/7?features=profile";
      const tag = (await get(path)).headers.get("etag") ?? "";
      for (const tags of [tag, `W/${tag}`, `"a", ${tag} ,"b"`, `, "a,b",${tag},,`, "*", ` * `]) {
        const known = await get(path, tags);
        expect([known.status, known.text, known.headers.get("etag")]).toEqual([304, "", tag]);
        expect(known.headers.get("cache-control")).toBe("private, no-cache");
        expect(known.headers.get("vary")).toBe("authorization, x-api-key");
      }
      for (const tags of ['"other"', tag.slice(1, -1), "", '"', `"x${tag.slice(1)}`]) {
        expect((await get(path, tags)).status).toBe(200);
      }
      for (const broken of [`${tag}x`, `x${tag}`, `${tag} "b"`, `w/${tag}`, `${tag}, b`, `"a"x, ${tag}`, `*, ${tag}`]) {
        expect((await get(path, broken)).status, broken).toBe(200);
      }
      expect((await get(path, tag, "none", "HEAD")).status).toBe(304);
    });

    test("answers 304 for an embedding that the client has", async () => {
      const { get, onlineStore } = await open();
      const path = "/api/embeddings/7?embedding=lyrics.text";
      const first = await get(path);
      const tag = first.headers.get("etag") ?? "";
      expect(tag).toMatch(/^"[\w-]{22}"$/);
      expect(first.headers.get("vary")).toBe("authorization, x-api-key");
      const known = await get(path, tag);
      expect([known.status, known.text, known.headers.get("etag")]).toEqual([304, "", tag]);
      expect((await get(`${path}&format=base64`, tag)).status).toBe(200);
      onlineStore.failures.set("lyrics_v1_g1", new OnlineStoreError("timeout", "slow"));
      expect((await get(path, tag)).status).toBe(503);
    });

    test("an expired row has a different ETag", async () => {
      const { get, time } = await open();
      const path = "/api/features/7?features=mood";
      const tag = (await get(path)).headers.get("etag") ?? "";
      time.now = NOW + DAY;
      const expired = await get(path, tag);
      expect([expired.status, JSON.parse(expired.text).status]).toEqual([200, "expired"]);
    });

    test("sends no ETag if the answer depends on the time", async () => {
      const { get, onlineStore } = await open();
      const reported = await get("/api/features/7?features=mood&metadata=true", "*");
      expect([reported.status, reported.headers.get("etag")]).toEqual([200, null]);
      expect(reported.headers.get("cache-control")).toBe("private, no-cache");
      if (held) return;
      onlineStore.failures.set("mood_v1_g1", new OnlineStoreError("timeout", "slow"));
      const partial = await get("/api/features/7?features=profile,mood", "*");
      expect([partial.status, partial.headers.get("etag")]).toEqual([200, null]);
    });

    test("a tenant's ETag does not match another tenant's answer", async () => {
      const { get } = await open();
      const path = "/api/features/7?features=plays";
      const acme = await get(path, undefined, "acme");
      const zeta = await get(path, acme.headers.get("etag") ?? "", "zeta");
      expect([zeta.status, JSON.parse(zeta.text).features.plays.count]).toEqual([200, 2]);
      expect((await get(path, acme.headers.get("etag") ?? "", "acme")).status).toBe(304);
      expect((await get(path, acme.headers.get("etag") ?? "")).status).toBe(403);
    });
  });
}

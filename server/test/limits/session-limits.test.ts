import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { limitSessions } from "../../src/limits/limited-sessions";
import { createProcessBuckets } from "../../src/limits/process-buckets";
import { type People, startPeople } from "../helpers/people";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";

const person = { userId: "u", email: "a@example.com", organisation: "acme", role: "owner", operator: false } as const;

/** Sessions of one organisation with 2 requests per second, 3 at once, and 10 of an address at once. */
function limitedSessions() {
  const clock = { now: 5000 };
  const lookedUp: string[] = [];
  const sessions = limitSessions(
    {
      origin: "http://localhost",
      async person(cookie) {
        lookedUp.push(cookie);
        return cookie === "none" ? undefined : { ...person, organisation: cookie };
      },
    },
    {
      buckets: createProcessBuckets({ monotonic: () => clock.now }),
      rateOf: async () => ({ perSecond: 2, burst: 3 }),
      perSecond: 2,
    },
  );
  const refused = { code: "rate_limited", headers: { "retry-after": "1" } };
  return { sessions, clock, lookedUp, refused };
}

test("requests with a session have the rate of their organisation", async () => {
  const { sessions, clock, refused } = limitedSessions();
  for (let request = 0; request < 3; request++) await sessions.person("acme", `192.0.2.${request}`);
  await expect(sessions.person("acme", "192.0.2.9")).rejects.toMatchObject(refused);
  expect(await sessions.person("other", "192.0.2.9")).toMatchObject({ organisation: "other" });
  clock.now += 500;
  expect(await sessions.person("acme", "192.0.2.9")).toMatchObject({ organisation: "acme" });
});

test("requests of one address are limited before their session is looked up, by /64", async () => {
  const { sessions, lookedUp, refused } = limitedSessions();
  for (let host = 1; host <= 10; host++) expect(await sessions.person("none", `2001:db8::${host}`)).toBeUndefined();
  await expect(sessions.person("acme", "2001:db8::ffff")).rejects.toMatchObject(refused);
  expect(lookedUp).not.toContain("acme");
  expect(await sessions.person("acme", "2001:db8:0:1::1")).toMatchObject({ organisation: "acme" });
});

for (const target of testDatabases("main").slice(0, 1)) {
  describe.skipIf(target.skip)(`a server on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let people: People;
    beforeAll(async () => {
      opened = await target.openMigrated();
      people = await startPeople(opened.database, { env: { FEATSTORE_SESSION_REQUESTS_PER_SECOND: "1" } });
    });
    afterAll(async () => {
      await people?.close();
      await opened?.drop();
    });

    test("limits the API and the pages together, and says when to try again", async () => {
      const { cookie } = await people.signIn("busy@example.com");
      const page = async () => (await people.app.request("/portal/account", { headers: { cookie } })).status;
      let refused = await people.request("GET", "/api/account/export", { cookie });
      // A slow machine gains tokens meanwhile.
      for (let visit = 0; visit < 100 && refused.status === 200; visit++) {
        if ((await page()) === 429) refused = await people.request("GET", "/api/account/export", { cookie });
      }
      expect([refused.status, refused.body.code]).toEqual([429, "rate_limited"]);
      expect(refused.headers.get("ratelimit-policy")).toBe('"address";q=5;w=5');
      expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    });
  });
}

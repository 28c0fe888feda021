import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ORIGIN, type People, startPeople } from "../helpers/people";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`sessions on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let people: People;
    beforeAll(async () => {
      opened = await target.openMigrated();
      people = await startPeople(opened.database);
    });
    afterAll(async () => {
      await people?.close();
      await opened?.drop();
    });

    test("a person ends all their sessions but this one, and nobody else's", async () => {
      const [lost, here] = [await people.signIn("ada@example.com"), await people.signIn("ada@example.com")];
      const other = await people.signIn("ben@example.com");
      const end = (cookie: string, origin: string) =>
        people.app.request("/portal/account/sessions", {
          method: "POST",
          headers: { cookie, origin, "content-type": "application/x-www-form-urlencoded" },
        });
      const statuses = () =>
        Promise.all(
          [lost, here, other].map(
            async ({ cookie }) => (await people.request("GET", "/api/account", { cookie })).status,
          ),
        );
      expect((await end(here.cookie, "https://evil.example")).status).toBe(403);
      expect(await statuses()).toEqual([200, 200, 200]);
      expect((await end(here.cookie, ORIGIN)).headers.get("location")).toBe("/portal/account?done=sessions");
      expect(await statuses()).toEqual([401, 200, 200]);
    });

    test("with an address of HTTPS responses keep browsers on it, and without one they do not", async () => {
      const strictOf = async ({ app }: People) =>
        Promise.all(
          ["/livez", "/portal/sign-in", "/api/account", "/nothing"].map(async (path) =>
            (await app.request(path)).headers.get("strict-transport-security"),
          ),
        );
      expect(new Set(await strictOf(people))).toEqual(new Set([null]));
      const secure = await startPeople(opened.database, {
        env: { FEATSTORE_AUTH_BASE_URL: "https://features.example.com" },
      });
      try {
        expect(new Set(await strictOf(secure))).toEqual(new Set(["max-age=31536000"]));
      } finally {
        await secure.close();
      }
    });
  });
}

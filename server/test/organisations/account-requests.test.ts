import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type People, startPeople } from "../helpers/people";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`requests about accounts on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let people: People;
    let cookie: string;
    let organisation: string;
    let userId: string;
    beforeAll(async () => {
      opened = await target.openMigrated();
      people = await startPeople(opened.database);
      const signedIn = await people.signIn("ada@example.com");
      cookie = signedIn.cookie;
      ({ organisation, userId } = signedIn.person);
    });
    afterAll(async () => {
      await people?.close();
      await opened?.drop();
    });
    const state = async () => {
      const tables = ["featstore.organisations", "featstore.members", "featstore.invitations", 'featstore_auth."user"'];
      const texts = await Promise.all(
        tables.map((table) => opened.database.query({ text: `select t::text from ${table} t order by 1` })),
      );
      return JSON.stringify(texts);
    };

    test("a change by cookie that does not come from our own pages is refused and changes nothing", async () => {
      const before = await state();
      const changes = [
        ["PATCH", "/api/account", { organisation_name: "Evil" }],
        ["DELETE", "/api/account", undefined],
        ["DELETE", "/api/account/organisation", undefined],
        ["POST", "/api/invitations", { email: "eve@example.com", role: "owner" }],
        ["PATCH", `/api/members/${userId}`, { role: "member" }],
        ["DELETE", `/api/members/${userId}`, undefined],
        ["DELETE", "/api/invitations/inv_aaaaaaaaaaaaaaaa", undefined],
        ["POST", "/api/invitations/inv_aaaaaaaaaaaaaaaa/accept", undefined],
      ] as const;
      for (const [method, path, body] of changes) {
        for (const origin of [
          "https://evil.example",
          "null",
          null,
          "http://127.0.0.1:8081",
          "http://127.0.0.1:8080.evil.example",
        ]) {
          const answer = await people.request(method, path, {
            cookie,
            origin,
            ...(body === undefined ? {} : { body }),
          });
          expect(answer).toMatchObject({ status: 403, body: { code: "origin_forbidden" } });
        }
      }
      expect(await state()).toBe(before);
    });

    test("a foreign form is refused, and so is our own form's type", async () => {
      const form = (origin: string) =>
        people.app.request("/api/invitations", {
          method: "POST",
          headers: { cookie, origin, "content-type": "application/x-www-form-urlencoded" },
          body: "email=eve@example.com",
        });
      expect((await form("https://evil.example")).status).toBe(403);
      expect((await form("http://127.0.0.1:8080")).status).toBe(415);
    });

    test("reading by cookie needs no origin", async () => {
      expect((await people.request("GET", "/api/account", { cookie, origin: null })).status).toBe(200);
    });

    test("with a key the key counts, and it changes nothing about people", async () => {
      const { key, id } = await people.deps.keys.create({ name: "k", scopes: ["account:read"], tenant: null });
      expect((await people.request("GET", "/api/account", { key, cookie })).body.code).toBe("organisation_not_found");
      await opened.database.query({
        text: "update featstore.api_keys set organisation_id = $2::text where id = $1::text",
        parameters: [id, organisation],
      });
      for (const [method, path, body] of [
        ["PATCH", "/api/account", { name: "x" }],
        ["DELETE", "/api/account", undefined],
        ["GET", "/api/account/export", undefined],
        ["GET", "/api/invitations", undefined],
        ["POST", "/api/invitations", { email: "eve@example.com" }],
      ] as const) {
        const answer = await people.request(method, path, { key, cookie, ...(body === undefined ? {} : { body }) });
        expect(answer.body.code).toBe("person_required");
      }
      const other = await people.deps.keys.create({ name: "k", scopes: ["features:read"], tenant: null });
      expect((await people.request("GET", "/api/account", { key: other.key })).body.code).toBe("scope_required");
      expect((await people.request("GET", "/api/account", { key: "nonsense", cookie })).body.code).toBe(
        "key_malformed",
      );
    });

    test("a cookie opens nothing but the operations for people", async () => {
      for (const path of ["/api/feature-views", "/api/features/7", "/api/runs"]) {
        expect((await people.request("GET", path, { cookie })).body.code).toBe("key_required");
      }
    });

    test("bad names, addresses, roles and bodies get a code, and change nothing", async () => {
      const before = await state();
      const names = [
        "",
        " ",
        "a\nb",
        "a\u0000b",
        "a\u001bb",
        "\u202eevil",
        "e\u200bvil",
        "\ud800",
        " a",
        "x".repeat(201),
        "x".repeat(900_000),
      ];
      const values: readonly unknown[] = [...names, null, 7, true, [], {}, ["x"]];
      for (const value of values) {
        for (const member of ["name", "organisation_name"]) {
          const answer = await people.request("PATCH", "/api/account", { cookie, body: { [member]: value } });
          expect({ value, status: answer.status, code: answer.body.code }).toMatchObject({
            status: 400,
            code: "invalid_body",
          });
        }
        const email = await people.request("POST", "/api/invitations", { cookie, body: { email: value } });
        expect({ value, code: email.body.code }).toMatchObject({ code: "invalid_body" });
        const role = await people.request("PATCH", `/api/members/${userId}`, { cookie, body: { role: value } });
        expect({ value, code: role.body.code }).toMatchObject({ code: "invalid_body" });
      }
      const bodies = [
        ["", "body_required"],
        ["{", "invalid_json"],
        ["[]", "invalid_body"],
        ["{}", "invalid_body"],
        ['{"name":"a","name":"b"}', "invalid_body"],
        ['{"name":"a","organisation_name":"b"}', "invalid_body"],
        ['{"name":"a","role":"owner"}', "invalid_body"],
        [`{"name":"${"x".repeat(2_000_000)}"}`, "body_too_large"],
      ] as const;
      for (const [body, code] of bodies) {
        expect((await people.request("PATCH", "/api/account", { cookie, body })).body.code).toBe(code);
      }
      for (const id of ["%00", "x".repeat(5000), "'; delete from featstore.members; --", "../account", "%E0%A4%A"]) {
        const path = `/api/members/${id.includes("%") ? id : encodeURIComponent(id)}`;
        expect((await people.request("DELETE", path, { cookie })).status).toBe(404);
      }
      expect(await state()).toBe(before);
    });

    test("a name may be any text otherwise, and is stored and shown as it is", async () => {
      const names = [
        "Ünïcödé 👩\u200d🚀 組織",
        "<script>alert(1)</script>",
        "'; drop table featstore.organisations; --",
        "x".repeat(200),
        "🎵".repeat(200),
      ];
      for (const name of names) {
        const answer = await people.request("PATCH", "/api/account", { cookie, body: { organisation_name: name } });
        expect(answer).toMatchObject({ status: 200, body: { organisation: { name } } });
        const person = await people.request("PATCH", "/api/account", { cookie, body: { name } });
        expect(person.body.person).toMatchObject({ name });
      }
    });

    test("no log line has a mail address", () => {
      expect(people.log()).not.toContain("ada@example.com");
    });
  });
}

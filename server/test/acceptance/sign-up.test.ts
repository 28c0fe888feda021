import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testDatabases } from "../helpers/test-database";
import { linkIn, type SignUpServer, startSignUpServer } from "./sign-up-server";

// A stranger gets a key and reads, over HTTP alone: with forms as browsers send them, then with the API.

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

for (const target of testDatabases("main")) {
  describe.skipIf(target.skip)(`from signing up to a revoked key on ${target.name}`, () => {
    let server: SignUpServer;
    const email = "ada@example.com";

    beforeAll(async () => {
      server = await startSignUpServer(target);
    });
    afterAll(() => server?.close());

    const send = async (path: string, form: Readonly<Record<string, string>>, origin = server.url) =>
      fetch(`${server.url}${path}`, {
        method: "POST",
        redirect: "manual",
        headers: { origin, "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams(form).toString(),
      });
    const signIn = async (token: string): Promise<Response> =>
      send("/portal/sign-in/link", { token, next: "/portal/usage" });
    const asPerson =
      (cookie: string) =>
      async (method: string, path: string, body?: unknown, origin: string | null = server.url): Promise<Answer> => {
        const response = await fetch(`${server.url}${path}`, {
          method,
          headers: {
            cookie,
            ...(origin === null ? {} : { origin }),
            ...(body === undefined ? {} : { "content-type": "application/json" }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        return { status: response.status, body: (await response.json()) as Record<string, unknown> };
      };
    const read = async (key: string): Promise<number> => {
      const response = await fetch(`${server.url}/api/features/1?features=song_profile`, {
        headers: { authorization: `Bearer ${key}` },
      });
      await response.arrayBuffer();
      return response.status;
    };

    test("sign up, make a key, read, see usage, rotate, revoke", async () => {
      expect((await send("/portal/sign-in", { email })).status).toBe(303);
      const link = new URL(linkIn(await server.mailTo(email, "/portal/sign-in/link")));
      expect(link.origin).toBe(server.url);
      // Programs that scan mails open links: that uses nothing up.
      expect((await fetch(link)).status).toBe(200);
      const token = link.searchParams.get("token") ?? "";
      expect((await send("/portal/sign-in/link", { token }, "https://evil.example")).status).toBe(403);
      const signedIn = await signIn(token);
      expect([signedIn.status, signedIn.headers.get("location")]).toEqual([303, "/portal/usage"]);
      const cookies = signedIn.headers.getSetCookie();
      expect(cookies.find((cookie) => cookie.startsWith("featstore.session_token="))).toMatch(
        /HttpOnly.*SameSite=Lax/i,
      );
      expect((await signIn(token)).status).toBe(401);
      const person = asPerson(cookies.map((cookie) => cookie.split(";", 1)[0]).join("; "));

      const wanted = { name: "first", scopes: ["features:read"] };
      expect((await person("POST", "/api/keys", wanted, "https://evil.example")).body.code).toBe("origin_forbidden");
      expect((await person("POST", "/api/keys", wanted, null)).body.code).toBe("origin_forbidden");
      const made = await person("POST", "/api/keys", wanted);
      expect(made).toMatchObject({ status: 201, body: { name: "first", state: "active" } });
      const first = String(made.body.key);
      for (let reads = 0; reads < 8; reads++) expect(await read(first)).toBe(200);

      const account = await person("GET", "/api/account");
      const { organisation } = account.body as { organisation: { id: string } };
      const usage = await person("GET", "/api/usage?by=key", undefined, null);
      expect(usage).toMatchObject({
        status: 200,
        body: {
          organisation: organisation.id,
          usage: [{ key_name: "first", requests: 8, rows: 8 }],
          limits: {
            organisation: { requests_per_second: 1000, month: { requests: { limit: 10, used: 8, left: 2 } } },
            key: null,
          },
        },
      });
      expect(await server.mailTo(email, "80 %")).toContain("8 of 10");

      const rotated = await person("POST", `/api/keys/${String(made.body.id)}/rotate`, { grace_seconds: 0 });
      expect(rotated).toMatchObject({ status: 201, body: { name: "first" } });
      const second = String(rotated.body.key);
      await expect.poll(() => read(first)).toBe(401);
      expect(await read(second)).toBe(200);
      const revoked = await person("DELETE", `/api/keys/${String(rotated.body.id)}`);
      expect(revoked).toMatchObject({ status: 200, body: { state: "revoked" } });
      await expect.poll(() => read(second)).toBe(401);

      const { body } = await person("GET", "/api/audit-log");
      const { entries } = body as { entries: readonly { action: string; actor: { kind: string } }[] };
      const actions = entries.filter(({ actor }) => actor.kind === "person").map(({ action }) => action);
      expect(actions).toEqual(expect.arrayContaining(["key.created", "key.rotated", "key.revoked", "session.started"]));
    });

    test("a member sees usage and the own keys, and not the audit log", async () => {
      const owner = await server.deps.identity?.person(await cookieOf(email), "");
      const { organisations } = server.deps;
      if (owner === undefined || organisations === null) throw new Error("nobody signed up");
      const actor = { kind: "person", id: owner.userId, address: null } as const;
      const invited = await organisations.invite(actor, owner, { email: "ben@example.com", role: "member" });
      const cookie = await cookieOf("ben@example.com", `/invitations/${invited.id}`);
      const member = asPerson(cookie);
      expect((await member("GET", "/api/usage")).body).toMatchObject({ organisation: owner.organisation });
      expect((await member("GET", "/api/keys")).body).toEqual({ keys: [] });
      expect(await member("GET", "/api/audit-log")).toMatchObject({ status: 403, body: { code: "role_required" } });
      const own = await member("POST", "/api/keys", { name: "mine", scopes: ["features:read"] });
      expect(own).toMatchObject({ status: 201, body: { organisation: owner.organisation } });
      expect((await member("GET", "/api/keys")).body).toMatchObject({ keys: [{ name: "mine" }] });
    });

    test("the lines after creating a key answer 200 for its scopes, or are left out", async () => {
      const cookie = await cookieOf("eve@example.com");
      /** Creates a key in the pages. Returns the status of the line for curl; null: there is none. */
      const firstStatus = async (name: string, scope: string, names = ""): Promise<number | null> => {
        const form = { name, scopes: scope, names, expires_at: "30", once: `form-${name}` };
        const headers = { cookie, origin: server.url, "content-type": "application/x-www-form-urlencoded" };
        const body = new URLSearchParams(form).toString();
        const page = await fetch(`${server.url}/portal/keys`, { method: "POST", redirect: "manual", headers, body });
        expect(page.status).toBe(200);
        const text = (await page.text())
          .replaceAll(/<[^>]+>/g, "")
          .replaceAll("&quot;", '"')
          .replaceAll("&amp;", "&");
        const [, url, key] = /curl "([^"]+)"[^"]+"Authorization: (Bearer [^"]+)"/.exec(text) ?? [];
        const again = await fetch(`${server.url}/portal/keys`, { method: "POST", redirect: "manual", headers, body });
        expect(again.headers.get("location")).toBe("/portal/keys?done=repeated");
        if (url === undefined) return null;
        return (await fetch(url, { headers: { authorization: key ?? "" } })).status;
      };
      for (const scope of ["features:read", "registry:read", "keys:read", "account:read", "usage:read"]) {
        expect(await firstStatus(scope, scope), scope).toBe(200);
      }
      for (const scope of ["embeddings:read", "training:write", "training:read", "datasets:read", "keys:write"]) {
        expect(await firstStatus(scope, scope), scope).toBeNull();
      }
      expect(await firstStatus("named", "features:read", "unknown")).toBeNull();
      const wrong = await fetch(`${server.url}/portal/keys/%00/revoke`, {
        method: "POST",
        headers: { cookie, origin: server.url, "content-type": "application/x-www-form-urlencoded" },
        body: "",
      });
      expect(wrong.status).toBe(404);
      for (const path of ["members/%00/remove", "invitations/%00/withdraw", "invitations/%00/accept"]) {
        const form = { cookie, origin: server.url, "content-type": "application/x-www-form-urlencoded" };
        const url = `${server.url}/portal/account/${path}`;
        expect((await fetch(url, { method: "POST", headers: form, body: "" })).status, path).toBe(404);
      }
    });

    /** Signs in with a new mail; returns the `Cookie` header. */
    const cookieOf = async (address: string, next = "/portal"): Promise<string> => {
      await send("/portal/sign-in", { email: address, next });
      let cookies: readonly string[] = [];
      await expect
        .poll(async () => {
          const link = new URL(linkIn(await server.mailTo(address, "/portal/sign-in/link")));
          const token = link.searchParams.get("token") ?? "";
          // A new person who is invited joins.
          const answer = await send("/portal/sign-in/link", { token, next, join: next.split("/").at(-1) ?? "" });
          cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(";", 1)[0] ?? "");
          return answer.status;
        })
        .toBe(303);
      return cookies.join("; ");
    };
  });
}

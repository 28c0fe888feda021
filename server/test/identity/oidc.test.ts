import { decodeJwt, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { CLIENT, type Forgery, type OidcProvider, startOidcProvider } from "../helpers/oidc-provider";
import { cookieOf, ORIGIN, type People, startPeople, VISITOR } from "../helpers/people";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";

const REDIRECT = `${ORIGIN}/auth/callback/oidc`;

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`signing in with a provider on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let provider: OidcProvider;
    let people: People;
    beforeAll(async () => {
      opened = await target.openMigrated();
      provider = await startOidcProvider(REDIRECT);
      people = await startPeople(opened.database, {
        env: {
          FEATSTORE_AUTH_OIDC_ISSUER: provider.issuer,
          FEATSTORE_AUTH_OIDC_CLIENT_ID: CLIENT.id,
          FEATSTORE_AUTH_OIDC_CLIENT_SECRET: CLIENT.secret,
        },
      });
    });
    afterEach(() => provider.forges(undefined));
    afterAll(async () => {
      await people?.close();
      await provider?.close();
      await opened?.drop();
    });
    const oidc = () => {
      if (people.identity.oidc === null) throw new Error("no provider is configured");
      return people.identity.oidc;
    };
    /** Goes to the provider and back as a browser does; returns what comes back. */
    const visit = async (email: string, { verified = true, next = "/keys" } = {}) => {
      provider.signsIn({ email, email_verified: verified });
      const { location, cookies } = await oidc().start(next);
      return { query: await provider.visit(location), cookie: cookieOf(cookies) };
    };
    const signIn = async (email: string, options?: { verified?: boolean; next?: string }) => {
      const { query, cookie } = await visit(email, options);
      return oidc().finish(query, cookie, VISITOR);
    };
    const users = () => opened.database.query({ text: `select from featstore_auth."user"` });

    test("makes an account with an organisation, and finds it again", async () => {
      const { person, cookies, next } = await signIn("Oidc@Example.com");
      expect(person).toMatchObject({ email: "oidc@example.com", role: "owner" });
      expect(next).toBe("/keys");
      const { body } = await people.request("GET", "/api/account", { cookie: cookieOf(cookies) });
      expect(body.person).toMatchObject({ email: "oidc@example.com", name: "Ada" });
      expect((await signIn("oidc@example.com")).person).toEqual(person);
    });

    test("finds the account of a person who signed in by mail", async () => {
      const { person } = await people.signIn("both@example.com");
      expect((await signIn("both@example.com")).person).toEqual(person);
    });

    test("refuses a mail address that the provider has not confirmed, for a new account and for an existing one", async () => {
      await people.signIn("victim@example.com");
      const before = await users();
      await expect(signIn("victim@example.com", { verified: false })).rejects.toMatchObject({ status: 401 });
      await expect(signIn("new@example.com", { verified: false })).rejects.toMatchObject({ code: "sign_up_refused" });
      expect(await users()).toEqual(before);
    });

    test("refuses forged, expired and foreign id tokens", async () => {
      const foreignKey = (await generateKeyPair("RS256")).privateKey;
      const now = Math.floor(Date.now() / 1000);
      const signed =
        (change: JWTPayload, key = provider.privateKey) =>
        async (token: string) =>
          new SignJWT({ ...decodeJwt(token), ...change }).setProtectedHeader({ alg: "RS256", kid: "test" }).sign(key);
      const forgeries: Readonly<Record<string, Forgery>> = {
        "signed with another key": signed({}, foreignKey),
        unsigned: async (token) => new UnsecuredJWT(decodeJwt(token)).encode(),
        "with other claims": async (token) => {
          const [header = "", , signature = ""] = token.split(".");
          const claims = { ...decodeJwt(token), email: "root@example.com" };
          return `${header}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.${signature}`;
        },
        expired: signed({ iat: now - 7200, exp: now - 3600 }),
        "of another client": signed({ aud: "another-client" }),
        "of another issuer": signed({ iss: "https://evil.example" }),
        "of another sign-in": signed({ nonce: "replayed" }),
        malformed: async () => "not.a.token",
        missing: async () => undefined,
      };
      const before = await users();
      for (const [name, forgery] of Object.entries(forgeries)) {
        provider.forges(forgery);
        const refused = await signIn("forged@example.com").then(
          () => "signed in",
          (error: { code?: string }) => error.code,
        );
        expect({ name, refused }).toEqual({ name, refused: "provider_refused" });
      }
      expect(await users()).toEqual(before);
      // The forgery is the reason: the right token of the same person is accepted.
      provider.forges(signed({}));
      expect((await signIn("forged@example.com")).person.email).toBe("forged@example.com");
    });

    test("refuses an answer that was used, belongs to another browser, or is invented", async () => {
      const first = await visit("replay@example.com");
      await oidc().finish(first.query, first.cookie, VISITOR);
      const again = oidc().finish(first.query, first.cookie, VISITOR);
      await expect(again).rejects.toMatchObject({ code: "provider_refused" });
      const [mine, yours] = [await visit("mine@example.com"), await visit("yours@example.com")];
      for (const [query, cookie] of [
        [mine.query, yours.cookie],
        [mine.query, ""],
        ["", mine.cookie],
        ["code=x&state=y", mine.cookie],
        ["error=access_denied", mine.cookie],
        [`code=${"x".repeat(10_000)}&state=${"y".repeat(10_000)}`, mine.cookie],
      ] as const) {
        await expect(oidc().finish(query, cookie, VISITOR)).rejects.toMatchObject({ code: "provider_refused" });
      }
    });

    test("leads to our own pages only", async () => {
      expect((await signIn("own@example.com", { next: "https://evil.example/x" })).next).toBe("/");
      expect((await signIn("own@example.com", { next: "//evil.example" })).next).toBe("/");
    });

    test("stores no token of the provider, at the first sign-in and at the next", async () => {
      await signIn("stored@example.com");
      await signIn("stored@example.com");
      const rows = await opened.database.query({
        text: `select coalesce("accessToken", "refreshToken", "idToken") as token from featstore_auth.account`,
      });
      expect(rows.length).toBeGreaterThan(0);
      expect(rows).toEqual(rows.map(() => ({ token: null })));
    });

    test("a provider that does not answer is refused, and mails work without it", async () => {
      const alone = await startPeople(opened.database, {
        env: {
          FEATSTORE_AUTH_OIDC_ISSUER: "http://127.0.0.1:9",
          FEATSTORE_AUTH_OIDC_CLIENT_ID: CLIENT.id,
          FEATSTORE_AUTH_OIDC_CLIENT_SECRET: CLIENT.secret,
        },
      });
      try {
        await expect(alone.identity.oidc?.start("/")).rejects.toMatchObject({ code: "provider_refused" });
        expect((await alone.signIn("mail@example.com")).person.email).toBe("mail@example.com");
      } finally {
        await alone.close();
      }
    });
  });
}

import { describe, expect, test } from "vitest";
import { createApp, openApiText } from "../../src/app";
import { FeatstoreError } from "../../src/core/errors";
import { portalRoutes } from "../../src/portal/routes";
import { createFakeOnlineStore } from "../helpers/fake-online-store";
import { createFakeRegistry, snapshotOf } from "../helpers/serving-fixture";
import { createTestApp } from "../helpers/test-app";
import { createSamplePortal } from "./support/sample-portal";

const OWN = { "sec-fetch-site": "same-origin" };

async function open(options: Parameters<typeof createSamplePortal>[0] = {}) {
  const sample = await createSamplePortal({ filled: true, ...options });
  const signedIn = { cookie: "session=sample" };
  const get = (path: string, headers: Record<string, string> = signedIn) => sample.app.request(path, { headers });
  const post = (
    path: string,
    fields: Record<string, string> | [string, string][] = {},
    headers: Record<string, string> = { ...OWN, ...signedIn },
  ) => sample.app.request(path, { method: "POST", headers, body: new URLSearchParams(fields) });
  return { ...sample, get, post, signedIn };
}

/** The paths of the routes with ids of the samples. */
const paths = (method: string): string[] =>
  portalRoutes
    .filter(({ contract }) => contract.method === method && !contract.path.includes("*"))
    .map(({ contract }) => contract.path.replace("{id}", "q7hmc2drk5xwbn3t").replace("{file}", "none.css"));

const pagePaths = [
  "/portal",
  "/portal/keys",
  "/portal/account",
  "/portal/sign-in",
  "/portal/sign-in/code",
  "/portal/sign-in/link",
];

describe("every page", () => {
  test("is mounted only where people sign in, and is no part of the API", async () => {
    const { deps } = await createTestApp({
      registry: createFakeRegistry(snapshotOf(1, [])),
      onlineStore: createFakeOnlineStore(new Map(), true),
    });
    const app = createApp(deps);
    for (const path of paths("get")) expect((await app.request(path)).status).toBe(404);
    expect(openApiText()).not.toContain("/portal");
  });

  test.each(paths("get"))("%s has a strict policy, and nothing keeps it", async (path) => {
    const { get } = await open();
    const response = await get(path);
    if (response.headers.get("content-type") === "application/json") return;
    expect(response.headers.get("content-security-policy")).toBe(
      "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("referrer-policy")).toBe("same-origin");
  });

  test("a page that does not exist is a page with its code and the request's id", async () => {
    const { get } = await open();
    for (const headers of [{ cookie: "session=sample" }, {}]) {
      const response = await get("/portal/nothing/here", { ...headers, "x-request-id": "request-1" });
      expect(response.status).toBe(404);
      expect(await response.text()).toMatch(/path_not_found.*request-1/s);
    }
  });

  test("a person who is not signed in comes back after signing in", async () => {
    const { get, post } = await open();
    const response = await get("/portal/usage?measure=rows", {});
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe("/portal/sign-in?next=%2Fportal%2Fusage%3Fmeasure%3Drows");
    const form = await post("/portal/keys/q7hmc2drk5xwbn3t/revoke", {}, OWN);
    expect(form.headers.get("location")).toBe("/portal/sign-in?next=%2Fportal");
  });

  test("a fault of a service is shown with its code, and an internal one is reported and not shown", async () => {
    const { get, state, faults } = await open();
    state.failure = new FeatstoreError("store_unavailable", "The database did not answer.", {
      headers: { "retry-after": "1" },
    });
    const known = await get("/portal/keys");
    expect([known.status, known.headers.get("retry-after")]).toEqual([503, "1"]);
    expect(await known.text()).toMatch(/The database did not answer.*store_unavailable.*Try again/s);
    state.failure = new Error("password=hunter2");
    const unknown = await get("/portal/keys");
    expect(unknown.status).toBe(500);
    expect(await unknown.text()).not.toContain("hunter2");
    expect(faults).toHaveLength(1);
  });
});

describe("every form", () => {
  const foreign: Record<string, string>[] = [
    {},
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: "http://localhost.evil.example" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site", origin: "http://other.localhost" },
  ];

  test.each(paths("post"))("%s is refused from another site", async (path) => {
    const { post, state, signedIn } = await open();
    for (const headers of foreign) {
      const response = await post(path, { name: "a" }, { ...headers, ...signedIn });
      expect(response.status, JSON.stringify(headers)).toBe(403);
      expect(await response.text()).toContain("origin_forbidden");
    }
    expect(state.calls).toEqual([]);
  });

  test("our own origin suffices without Sec-Fetch-Site", async () => {
    const { post, signedIn, state } = await open();
    const response = await post(
      "/portal/keys/q7hmc2drk5xwbn3t/disable",
      {},
      { origin: "http://localhost", ...signedIn },
    );
    expect(response.headers.get("location")).toMatch(/^\/portal\/keys\?/);
    expect(state.calls).toEqual(['setDisabled "q7hmc2drk5xwbn3t" true']);
  });

  test("other media types and huge bodies are refused", async () => {
    const { app, post, signedIn, state } = await open();
    const json = await app.request("/portal/keys", {
      method: "POST",
      headers: { ...OWN, ...signedIn, "content-type": "application/json" },
      body: "{}",
    });
    expect(json.status).toBe(415);
    expect((await post("/portal/keys", { name: "a".repeat(20_000) })).status).toBe(413);
    expect(state.calls).toEqual([]);
  });
});

describe("sign in", () => {
  test("mails a link, keeps the address out of the URL, and takes the code", async () => {
    const { post, get, state } = await open();
    const sent = await post("/portal/sign-in", { email: " ada@acme.example ", next: "/portal/usage" }, OWN);
    expect([sent.status, sent.headers.get("location")]).toEqual([303, "/portal/sign-in/code"]);
    const pending = sent.headers.get("set-cookie")?.split(";")[0] ?? "";
    const page = await get("/portal/sign-in/code", { cookie: pending });
    expect(await page.text()).toContain("ada@acme.example");
    const wrong = await post("/portal/sign-in/code", { code: "000000" }, { ...OWN, cookie: pending });
    expect(wrong.status).toBe(401);
    expect(await wrong.text()).toMatch(/aria-invalid="true".*value|value="000000"/s);
    const code = state.mails[0]?.code ?? "";
    const done = await post(
      "/portal/sign-in/code",
      { code: `${code.slice(0, 3)} ${code.slice(3)}` },
      { ...OWN, cookie: pending },
    );
    expect(done.headers.get("location")).toBe("/portal/usage");
    expect(done.headers.getSetCookie().map((cookie) => cookie.split("=")[0])).toEqual([
      "session",
      "session_data",
      "featstore_sign_in",
    ]);
  });

  test("opening a mailed link does not use it up; its button does, once", async () => {
    const { get, post, state, records } = await open();
    await post("/portal/sign-in", { email: "ada@acme.example" }, OWN);
    const { token = "" } = state.mails[0] ?? {};
    const calls = state.calls.length;
    for (const method of ["GET", "HEAD"]) {
      expect((await get(`/portal/sign-in/link?token=${token}`, { "x-method": method })).status).toBe(200);
    }
    expect(state.calls).toHaveLength(calls);
    const used = await post("/portal/sign-in/link", { token, next: "/portal/account" }, OWN);
    expect(used.headers.get("location")).toBe("/portal/account");
    const again = await post("/portal/sign-in/link", { token }, OWN);
    expect(again.status).toBe(401);
    expect(await again.text()).toContain("This link does not work");
    expect(JSON.stringify(records)).not.toContain(token);
  });

  test.each([
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "/portal/..//evil.example",
    "javascript:alert(1)",
    "/portal\r\nSet-Cookie: a=b",
    "",
  ])("never redirects to %j", async (next) => {
    const { post, get } = await open();
    await post("/portal/sign-in", { email: "ada@acme.example", next }, OWN);
    const response = await post("/portal/sign-in/link", { token: "token-1", next }, OWN);
    const location = response.headers.get("location") ?? "";
    expect(new URL(location, "http://localhost").origin).toBe("http://localhost");
    expect(location).toMatch(/^\/portal/);
    const signedIn = await get(`/portal/sign-in?next=${encodeURIComponent(next)}`);
    expect(new URL(signedIn.headers.get("location") ?? "", "http://localhost").origin).toBe("http://localhost");
  });

  test("a wrong address comes back with the sentence below", async () => {
    const { post } = await open();
    const response = await post("/portal/sign-in", { email: "<script>", next: "/portal" }, OWN);
    expect(response.status).toBe(400);
    const html = await response.text();
    expect(html).toContain('value="&lt;script&gt;"');
    expect(html).toMatch(/aria-invalid="true" aria-describedby="f-email-hint"/);
  });

  test("the provider's button is there only if it is configured", async () => {
    const { get } = await open();
    expect(await (await get("/portal/sign-in", {})).text()).not.toContain("Continue with");
    expect((await get("/portal/sign-in/provider", {})).status).toBe(404);
    const other = await open({ provider: { name: "Acme" } });
    expect(await (await other.get("/portal/sign-in", {})).text()).toContain("Continue with Acme");
    const begun = await other.get("/portal/sign-in/provider?next=/portal", {});
    expect(begun.headers.get("location")).toBe("https://login.acme.example/authorize");
    const ended = await other.get("/auth/callback/oidc?code=1", {});
    expect(ended.headers.get("location")).toBe("/portal/usage");
  });

  test("a wrong code can be tried again until it is spent; a new mail starts anew", async () => {
    const { post } = await open();
    const ask = async () =>
      (await post("/portal/sign-in", { email: "ada@acme.example" }, OWN)).headers.get("set-cookie")?.split(";")[0] ??
      "";
    let cookie = await ask();
    const enter = async (code: string) => {
      const response = await post("/portal/sign-in/code", { code }, { ...OWN, cookie });
      cookie = response.headers.get("set-cookie")?.split(";")[0] ?? cookie;
      return [response.status, /id="f-code-hint">([^<]*)/.exec(await response.text())?.[1]] as const;
    };
    expect(await enter("12")).toEqual([400, expect.stringContaining("6 digits")]);
    expect(await enter("000000")).toEqual([401, expect.stringContaining("2 more times")]);
    expect(await enter("000 000")).toEqual([401, expect.stringContaining("one more time")]);
    expect(await enter("000000")).toEqual([401, expect.stringContaining("no longer works")]);
    cookie = await ask();
    expect(await enter("000000")).toEqual([401, expect.stringContaining("2 more times")]);
  });

  test("a link that is cut off or too old has no button to sign in", async () => {
    const { get, portal } = await open();
    const now = Math.floor(portal.now().getTime() / 1000);
    for (const query of ["", "?token=", `?token=a&until=${now}`]) {
      const response = await get(`/portal/sign-in/link${query}`, {});
      const html = await response.text();
      expect([response.status, html.includes('action="/portal/sign-in/link"')], query).toEqual([401, false]);
      expect(html).toContain("Mail me a new link");
    }
    for (const query of [`?token=a&until=${now + 1}`, "?token=a&until=x", "?token=a"]) {
      expect((await get(`/portal/sign-in/link${query}`, {})).status, query).toBe(200);
    }
  });

  test("without a mail server the pages say where the mail is", async () => {
    const { post, get } = await open({ logsMails: true });
    const sent = await post("/portal/sign-in", { email: "ada@acme.example" }, OWN);
    const cookie = sent.headers.get("set-cookie")?.split(";")[0] ?? "";
    for (const path of ["/portal/sign-in", "/portal/sign-in/code"]) {
      expect(await (await get(path, { cookie })).text()).toContain("writes its mails to its log");
    }
    const other = await open();
    expect(await (await other.get("/portal/sign-in/code", { cookie })).text()).not.toContain("its log");
  });

  describe("an invitation", () => {
    const invitation = { id: "inv_aaaaaaaaaaaaaaaa", organisation: "Other Radio", role: "member" } as const;
    const path = `/invitations/${invitation.id}`;
    const invited = async () => {
      const sample = await open();
      sample.state.visitor = { ...sample.state.visitor, invitations: [invitation] };
      return sample;
    };

    test("stands on every page with a button to accept it", async () => {
      const { get, post, state } = await invited();
      for (const page of ["/portal/keys", "/portal/usage", "/portal/account", "/portal/nothing"]) {
        const html = await (await get(page)).text();
        expect(html).toContain("Other Radio");
        expect(html).toContain(`action="/portal/account/invitations/${invitation.id}/accept"`);
      }
      const accepted = await post(`/portal/account/invitations/${invitation.id}/accept`);
      expect(accepted.headers.get("location")).toBe("/portal/keys?done=joined");
      expect(state.calls).toEqual([`accept "${invitation.id}"`]);
      expect(await (await get("/portal/keys?done=joined")).text()).toContain("You joined Acme Radio");
    });

    test("that is not for this person has a page that says so", async () => {
      const { get } = await open();
      const response = await get(path);
      expect([response.status, await response.text()]).toEqual([404, expect.stringContaining("for another address")]);
    });

    test("has a page that names the organisation, and only its button joins", async () => {
      const { get, post, state } = await invited();
      const html = await (await get(path)).text();
      expect(html).toContain("Other Radio");
      expect(html).toContain(`action="/portal/account/invitations/${invitation.id}/accept"`);
      expect(state.calls).toEqual([]);
      await post("/portal/sign-in", { email: "ada@acme.example", next: path }, OWN);
      const signedIn = await post("/portal/sign-in/link", { token: "token-1", next: path }, OWN);
      expect(signedIn.headers.get("location")).toBe(path);
      expect(state.visitor.invitations).toHaveLength(1);
    });

    test("is announced where the person signs in; a new person chooses before the mail is used", async () => {
      const { get, post, state } = await invited();
      state.isNew = true;
      const signIn = (await get(path, {})).headers.get("location") ?? "";
      expect(signIn).toBe(`/portal/sign-in?next=${encodeURIComponent(path)}`);
      expect(await (await get(signIn, {})).text()).toContain("An invitation may wait for you");
      expect(await (await get("/portal/sign-in", {})).text()).not.toContain("An invitation");
      await post("/portal/sign-in", { email: "ada@acme.example", next: path }, OWN);
      const choice = await post("/portal/sign-in/link", { token: "token-1", next: path }, OWN);
      expect([choice.status, await choice.text()]).toEqual([200, expect.stringContaining("Join Other Radio as")]);
      const joined = await post("/portal/sign-in/link", { token: "token-1", next: path, join: invitation.id }, OWN);
      expect(joined.headers.get("location")).toBe("/portal/keys?done=joined");
    });
  });

  test("signing out ends the session", async () => {
    const { post, get } = await open();
    const response = await post("/portal/sign-out");
    expect(response.headers.get("set-cookie")).toContain("Max-Age=0");
    expect((await get("/portal/keys")).status).toBe(303);
  });
});

describe("keys", () => {
  const fields: [string, string][] = [
    ["name", "search"],
    ["scopes", "features:read"],
    ["scopes", "usage:read"],
    ["names", "speech_*, mood"],
    ["expires_at", "30"],
    ["networks", "192.0.2.0/24"],
    ["requests_per_second", "50"],
  ];
  const without = (name: string, value: string): [string, string][] => [
    ...fields.filter(([field]) => field !== name),
    [name, value],
  ];

  test("a new key is shown once", async () => {
    const { post, get, state } = await open();
    const response = await post("/portal/keys", fields);
    expect([response.status, response.headers.get("cache-control")]).toEqual([200, "no-store"]);
    const key = /fs_[a-z2-7]{16}_[^<]{20,}?(?=<)/.exec(await response.text())?.[0] ?? "none";
    expect(key).toMatch(/^fs_/);
    expect(JSON.parse(state.calls[0]?.replace("create ", "") ?? "")).toEqual({
      name: "search",
      scopes: ["features:read:speech_*", "features:read:mood", "usage:read"],
      expiresAt: "2026-12-22T16:04:00.000Z",
      networks: ["192.0.2.0/24"],
      requestsPerSecond: 50,
    });
    expect(await (await get("/portal/keys")).text()).not.toContain(key);
  });

  test.each([
    ["name", ""],
    ["name", "ranking-service"],
    ["names", "Nope!"],
    ["expires_at", "1e9"],
    ["requests_per_second", "-1"],
    ["requests_per_second", "many"],
    ["scopes", ""],
  ])("a wrong %s (%j) comes back with the form as it was typed", async (name, value) => {
    const { post, state } = await open();
    const wrong =
      value === "" && name === "scopes" ? fields.filter(([field]) => field !== "scopes") : without(name, value);
    const before = state.keys.length;
    const response = await post("/portal/keys", wrong);
    expect(response.status).toBe(400);
    const html = await response.text();
    expect(html).toContain('<dialog class="dialog" id="create" open="');
    expect(html).toContain('value="192.0.2.0/24"');
    expect(state.keys).toHaveLength(before);
  });

  test("all wrong fields are marked, each with its own message, and the summary names them", async () => {
    const { post, state } = await open();
    const before = state.keys.length;
    const wrong: [string, string][] = [
      ["name", "ranking-service"],
      ["names", "Nope!"],
      ["expires_at", "1e9"],
      ["requests_per_second", "many"],
      ["networks", "nowhere"],
    ];
    const response = await post("/portal/keys", wrong);
    expect(response.status).toBe(400);
    const html = await response.text();
    for (const [field] of [...wrong, ["scopes"]]) {
      const tag = new RegExp(`<(?:input|select)[^>]*name="${field}"[^>]*>`).exec(html)?.[0] ?? "";
      expect(tag, field).toMatch(/aria-invalid="true"/);
      const message = /aria-describedby="([^"]*)"/.exec(tag)?.[1];
      expect(html, field).toMatch(new RegExp(`<p id="${message}">[^<]+</p>`));
    }
    expect(html).toContain(
      "Name, May, Only views and datasets named, Expires, Requests per second, Only from networks",
    );
    expect(state.keys).toHaveLength(before);
  });

  test("a key that was made is shown even if nothing else can be read any more", async () => {
    const { post, services } = await open();
    let lists = 0;
    const { list } = services.keys;
    Object.assign(services.keys, {
      list: (caller: never) => (lists++ === 0 ? list(caller) : Promise.reject(new Error("gone"))),
      example: () => Promise.reject(new Error("gone")),
    });
    const response = await post("/portal/keys", fields);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("Key “search” created");
  });

  test("rotation shows the new key and when the old one ends", async () => {
    const { post, state } = await open();
    const response = await post("/portal/keys/q7hmc2drk5xwbn3t/rotate", { grace: "86400" });
    expect(await response.text()).toContain("The old key works until 23 November 2026, 16:04 UTC.");
    expect(state.calls).toEqual(['rotate "q7hmc2drk5xwbn3t" 86400']);
    expect((await post("/portal/keys/q7hmc2drk5xwbn3t/rotate", { grace: "99" })).status).toBe(400);
  });

  test("a form that is sent again makes no second key", async () => {
    const { post, get, state } = await open();
    const before = state.keys.length;
    const html = await (await get("/portal/keys")).text();
    const tokens = [...html.matchAll(/name="once" value="([^"]+)"/g)].map(([, token = ""]) => token);
    expect(new Set(tokens).size).toBe(tokens.length);
    const [once = ""] = tokens;
    expect((await post("/portal/keys", [...fields, ["once", once]])).status).toBe(200);
    const again = await post("/portal/keys", [...fields, ["once", once]]);
    expect([again.status, again.headers.get("location")]).toEqual([303, "/portal/keys?done=repeated"]);
    expect(await (await get("/portal/keys?done=repeated")).text()).toContain("This form was sent already");
    const rotation = { grace: "3600", once: tokens[1] ?? "" };
    expect((await post("/portal/keys/q7hmc2drk5xwbn3t/rotate", rotation)).status).toBe(200);
    const repeated = await post("/portal/keys/q7hmc2drk5xwbn3t/rotate", rotation);
    expect(repeated.headers.get("location")).toBe("/portal/keys?done=repeated");
    expect(state.keys).toHaveLength(before + 2);
  });

  test.each(paths("post").filter((path) => !pagePaths.includes(path)))(
    "%s, opened in a browser, leads to a page",
    async (path) => {
      const { get } = await open();
      const response = await get(path);
      const location = response.headers.get("location") ?? "";
      expect([response.status, pagePaths.includes(location)]).toEqual([303, true]);
    },
  );

  test("a name reaches the service as it was typed, which refuses what cannot be shown", async () => {
    const { post, state } = await open();
    await post("/portal/keys", without("name", "a\0b"));
    expect(state.calls[0]).toContain(String.raw`"name":"a\u0000b"`);
  });

  test.each(["%00", "x", "Q7HMC2DRK5XWBN3T", "..%2F..", "%E0%A4%A"])("%s is the id of no key", async (id) => {
    const { post, state } = await open();
    for (const action of ["rotate", "disable", "enable", "revoke"]) {
      expect((await post(`/portal/keys/${id}/${action}`, { grace: "0" })).status, action).toBe(404);
    }
    expect(state.calls).toEqual([]);
  });

  test.each([
    ["disable", "is disabled"],
    ["enable", "is enabled"],
    ["revoke", "is revoked"],
  ])("after %s the page says so once, where the focus is", async (action, text) => {
    const { post, get } = await open();
    const next = (await post(`/portal/keys/q7hmc2drk5xwbn3t/${action}`)).headers.get("location") ?? "";
    const html = await (await get(next)).text();
    expect(html).toMatch(
      new RegExp(`role="status" tabindex="-1" autofocus[^<]*data-result.*“ranking-service” ${text}`, "s"),
    );
    expect(await (await get("/portal/keys?done=<script>&key=x")).text()).not.toContain("data-result");
  });

  test("revoking leads back to the list, and an unknown key to a page with its code", async () => {
    const { post, get } = await open();
    expect((await post("/portal/keys/q7hmc2drk5xwbn3t/revoke")).headers.get("location")).toMatch(/^\/portal\/keys\?/);
    expect(await (await get("/portal/keys?show=ended")).text()).toContain("ranking-service");
    const unknown = await post("/portal/keys/%3Cscript%3E/revoke");
    expect([unknown.status, unknown.headers.get("content-type")]).toEqual([404, "text/html; charset=utf-8"]);
  });

  test.each(["0", "-1", "99", "NaN", "1e3", "2"])("page %s of the list is one that there is", async (page) => {
    const { get } = await open();
    expect((await get(`/portal/keys?page=${page}&utm_source=mail`)).status).toBe(200);
  });
});

describe("usage and account", () => {
  test.each(["2026-13", "9999-01", "'; drop table", "2030-01"])("month %j shows the present one", async (month) => {
    const { get } = await open();
    expect(await (await get(`/portal/usage?month=${encodeURIComponent(month)}`)).text()).toContain("November 2026");
  });

  test("a month without requests says so", async () => {
    const { get } = await open();
    expect(await (await get("/portal/usage?month=2026-02")).text()).toContain("No requests in February 2026");
  });

  test("forms of the account call their service and lead back", async () => {
    const { post, get, state } = await open();
    const invited = await post("/portal/account/invitations", { email: "eve@acme.example", role: "member" });
    expect(await (await get(invited.headers.get("location") ?? "")).text()).toContain("The invitation is on its way");
    await post("/portal/account/invitations/inv_c4xtm7rqw2hnv5kd/withdraw");
    await post("/portal/account/invitations/inv_aaaaaaaaaaaaaaaa/accept");
    await post("/portal/account/members/user_ben/role", { role: "member" });
    await post("/portal/account/members/user_ben/remove");
    await post("/portal/account/rename", { organisation_name: "Acme" });
    await post("/portal/account/switch", { organisation: "org_b3vhs6yc2pfgj4ue" });
    expect(state.calls).toEqual([
      'invite "eve@acme.example" "member"',
      'withdraw "inv_c4xtm7rqw2hnv5kd"',
      'accept "inv_aaaaaaaaaaaaaaaa"',
      'setRole "user_ben" "member"',
      'remove "user_ben"',
      'rename "Acme"',
      'switchTo "org_b3vhs6yc2pfgj4ue"',
    ]);
  });

  test("a refusal stands on the page, or in the dialog of its form", async () => {
    const { post } = await open();
    const role = await post("/portal/account/members/user_ada/role", { role: "member" });
    expect([role.status, await role.text()]).toEqual([400, expect.stringContaining("needs an owner")]);
    const invited = await post("/portal/account/invitations", { email: "nobody", role: "member" });
    expect(await invited.text()).toMatch(/id="invite" open="[^"]*"/);
  });

  test("nothing is deleted without its name", async () => {
    const { post, state } = await open();
    for (const path of ["/portal/account/delete", "/portal/account/delete-organisation"]) {
      const response = await post(path, { confirmation: "yes" });
      expect([response.status, await response.text()]).toEqual([400, expect.stringContaining("Type exactly")]);
    }
    expect(state.calls).toEqual([]);
    expect((await post("/portal/account/delete-organisation", { confirmation: "acme radio" })).status).toBe(303);
    const deleted = await post("/portal/account/delete", { confirmation: "ada@acme.example" });
    expect(deleted.headers.get("location")).toBe("/portal/sign-in?deleted");
    expect(state.calls).toEqual(["deleteOrganisation", "deleteAccount"]);
  });

  test("a person's data is a file", async () => {
    const { get } = await open();
    const response = await get("/portal/account/export");
    expect(response.headers.get("content-disposition")).toContain("attachment");
    expect(await response.json()).toEqual({ email: "ada@acme.example" });
  });
});

test("the theme is kept in a cookie and written into the page", async () => {
  const { post, get } = await open();
  const chosen = await post("/portal/theme", { theme: "dark", back: "/portal/usage" });
  expect([chosen.headers.get("location"), chosen.headers.get("set-cookie")]).toEqual([
    "/portal/usage",
    expect.stringMatching(/^theme=dark;/),
  ]);
  expect(await (await get("/portal/keys", { cookie: "session=sample; theme=dark" })).text()).toContain(
    'data-theme="dark"',
  );
  expect(await (await get("/portal/keys", { cookie: "session=sample; theme=evil" })).text()).not.toContain(
    "data-theme=",
  );
});

test("files keep for ever, and the style is compressed", async () => {
  const { get } = await open();
  const html = await (await get("/portal/sign-in", {})).text();
  const names = [...html.matchAll(/"(\/portal\/files\/[^"]+)"/g)].map(([, path = ""]) => path);
  expect(names).toHaveLength(3);
  for (const path of names) {
    const response = await get(path, { "accept-encoding": "gzip" });
    expect([response.status, response.headers.get("cache-control")]).toEqual([
      200,
      "public, max-age=31536000, immutable",
    ]);
    expect(response.headers.get("content-encoding")).toBe(path.endsWith(".css") ? "gzip" : null);
  }
  const style = await (await get(names.find((path) => path.endsWith(".css")) ?? "")).text();
  for (const [, font = ""] of style.matchAll(/url\("?([^)"]+)"?\)/g)) {
    expect((await get(`/portal/files/${font}`)).headers.get("content-type")).toBe("font/woff2");
  }
});

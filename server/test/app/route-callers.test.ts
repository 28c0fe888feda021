import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apiRoutes } from "../../src/app";
import { READ_SCOPES, type Scope } from "../../src/core/scopes";
import { generateApiKey } from "../../src/keys/api-key-format";
import { portalRoutes } from "../../src/portal/routes";
import { type Organisations, startOrganisations } from "../helpers/isolated-organisations";
import { ORIGIN } from "../helpers/people";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { createSamplePortal } from "../portal/support/sample-portal";

// Every route with every caller. A route that is added without a row here fails the test.

/** The callers that get as far as the handler, in the order of the columns. */
const CALLERS = ["own", "organisation", "tenant", "member", "admin", "owner", "operator"] as const;
type Caller = (typeof CALLERS)[number];
/**
 * Statuses for: a key of the organisation with all scopes; a key of another organisation, and of another tenant; a
 * member, an admin and the owner of the organisation; the operator, who has another organisation.
 */
type Statuses = readonly [number, number, number, number, number, number, number];

interface Row {
  readonly path?: string;
  readonly body?: unknown;
  readonly statuses: Statuses | number;
  /** Makes what the path's `{id}` names, anew for each caller. */
  readonly id?: "key" | "set" | "finished" | "invitation" | "received" | "member";
  /** True if a person is gone afterwards. */
  readonly ends?: true;
}

const keys = (own: number, organisation: number, tenant: number): Statuses =>
  [...[own, organisation, tenant], ...[401, 401, 401, 401]] as unknown as Statuses; // three and four
const people = (own: readonly [number, number, number], ...persons: readonly [number, number, number, number]) =>
  [...own, ...persons] as Statuses;

const reads = keys(200, 200, 200);
const batch = { ids: ["1"], features: ["owned_songs.label"] };
const rows: Readonly<Record<string, Row>> = {
  "GET /api/features/{id}": { path: "/api/features/1?features=owned_songs.label", statuses: reads },
  "POST /api/features/batch": { body: batch, statuses: reads },
  "GET /api/embeddings/{id}": { path: "/api/embeddings/1", statuses: reads },
  "POST /api/embeddings/batch": { body: { ids: ["1"] }, statuses: reads },
  "POST /api/embeddings/search": { body: { embedding: "owned_songs.shape", vector: [1, 0], k: 3 }, statuses: reads },
  "GET /api/feature-views": { statuses: reads },
  "GET /api/feature-views/{name}": { path: "/api/feature-views/owned_songs", statuses: reads },
  "GET /api/feature-views/{name}/versions/{version}": {
    path: "/api/feature-views/owned_songs/versions/1",
    statuses: reads,
  },
  "GET /api/feature-views/{name}/versions/{version}/schema": {
    path: "/api/feature-views/owned_songs/versions/1/schema",
    statuses: reads,
  },
  "GET /api/feature-views/{name}/profile": { path: "/api/feature-views/owned_songs/profile", statuses: reads },
  // There is no baseline to compare with.
  "GET /api/feature-views/{name}/drift": {
    path: "/api/feature-views/owned_songs/drift",
    statuses: keys(404, 404, 404),
  },
  "GET /api/feature-services": { statuses: reads },
  "GET /api/feature-services/{name}": { path: "/api/feature-services/shelf", statuses: reads },
  "GET /api/runs": { statuses: reads },
  "POST /api/training-sets": { body: {}, statuses: keys(400, 400, 400) },
  "GET /api/training-sets/{id}": { id: "finished", statuses: keys(200, 404, 404) },
  "GET /api/training-sets/{id}/data": { id: "finished", statuses: keys(200, 404, 404) },
  "POST /api/training-sets/{id}/cancel": { id: "finished", statuses: keys(409, 404, 404) },
  "DELETE /api/training-sets/{id}": { id: "set", statuses: keys(200, 404, 404) },
  "GET /api/datasets": { statuses: reads },
  "GET /api/datasets/{name}": { path: "/api/datasets/shared_labels", statuses: reads },
  "GET /api/datasets/{name}/snapshots": { path: "/api/datasets/shared_labels/snapshots", statuses: reads },
  // There is no snapshot, no such dataset, and nothing to accept.
  "GET /api/datasets/{name}/snapshots/{snapshot}": {
    path: "/api/datasets/shared_labels/snapshots/latest",
    statuses: keys(404, 404, 404),
  },
  "POST /api/datasets/{name}/snapshots": { path: "/api/datasets/none/snapshots", statuses: keys(404, 404, 404) },
  "GET /api/datasets/{name}/builds/{id}": {
    path: "/api/datasets/shared_labels/builds/none",
    statuses: keys(404, 404, 404),
  },
  "GET /api/datasets/{name}/snapshots/{snapshot}/files/{file}": {
    path: "/api/datasets/shared_labels/snapshots/latest/files/README.md",
    statuses: keys(404, 404, 404),
  },
  "GET /api/dataset/download": {
    path: "/api/dataset/download?dataset=shared_labels&format=csv",
    statuses: keys(404, 404, 404),
  },
  "GET /api/datasets/{name}/terms": { path: "/api/datasets/none/terms", statuses: keys(404, 404, 404) },
  "POST /api/datasets/{name}/terms": {
    ...{ path: "/api/datasets/none/terms", body: { version: "1" } },
    statuses: keys(404, 404, 404),
  },
  "POST /api/datasets/{name}/exports": {
    ...{ path: "/api/datasets/none/exports", body: { format: "csv", features: ["label"] } },
    statuses: keys(404, 404, 404),
  },
  "GET /api/datasets/{name}/exports/{id}": {
    path: "/api/datasets/shared_labels/exports/none",
    statuses: keys(404, 404, 404),
  },
  "DELETE /api/datasets/{name}/exports/{id}": {
    path: "/api/datasets/shared_labels/exports/none",
    statuses: keys(404, 404, 404),
  },
  "GET /api/datasets/{name}/exports/{id}/data": {
    path: "/api/datasets/shared_labels/exports/none/data",
    statuses: keys(404, 404, 404),
  },
  "GET /api/usage": { statuses: people([200, 200, 200], 200, 200, 200, 200) },
  "GET /api/audit-log": { statuses: people([200, 200, 200], 403, 200, 200, 200) },
  "GET /api/keys": { statuses: people([200, 200, 200], 200, 200, 200, 200) },
  "POST /api/keys": { body: {}, statuses: people([400, 400, 400], 400, 400, 400, 400) },
  "GET /api/keys/{id}": { id: "key", statuses: people([200, 404, 404], 404, 200, 200, 404) },
  "PATCH /api/keys/{id}": {
    ...{ id: "key", body: { name: "x" } },
    statuses: people([200, 404, 404], 404, 200, 200, 404),
  },
  "DELETE /api/keys/{id}": { id: "key", statuses: people([200, 404, 404], 404, 200, 200, 404) },
  "POST /api/keys/{id}/rotate": { ...{ id: "key", body: {} }, statuses: people([201, 404, 404], 404, 201, 201, 404) },
  "GET /api/account": { statuses: [200, 200, 404, 200, 200, 200, 200] },
  "PATCH /api/account": { body: {}, statuses: [403, 403, 403, 400, 400, 400, 400] },
  "DELETE /api/account": { ends: true, statuses: [403, 403, 403, 200, 200, 200, 200] },
  "DELETE /api/account/organisation": { ends: true, statuses: [403, 403, 403, 403, 403, 200, 200] },
  "GET /api/account/export": { statuses: [403, 403, 403, 200, 200, 200, 200] },
  "GET /api/members": { statuses: [200, 200, 404, 200, 200, 200, 200] },
  "PATCH /api/members/{id}": {
    ...{ id: "member", body: { role: "member" } },
    statuses: [403, 403, 403, 403, 200, 200, 404],
  },
  "DELETE /api/members/{id}": { id: "member", statuses: [403, 403, 403, 403, 200, 200, 404] },
  "GET /api/invitations": { statuses: [403, 403, 403, 403, 200, 200, 200] },
  "POST /api/invitations": { body: {}, statuses: [403, 403, 403, 400, 400, 400, 400] },
  "DELETE /api/invitations/{id}": { id: "invitation", statuses: [403, 403, 403, 403, 200, 200, 404] },
  "POST /api/invitations/{id}/accept": { id: "invitation", statuses: [403, 403, 403, 404, 404, 404, 404] },
  ...Object.fromEntries(
    ["/livez", "/readyz", "/health", "/metrics", "/openapi.json", "/docs", "/docs/errors", "/docs/scalar.js", "/"].map(
      (path) => [`GET ${path}`, { statuses: 200 }],
    ),
  ),
  "GET /docs/": { statuses: 308 },
  "GET /favicon.ico": { statuses: 200 },
  // No file of a page has this name.
  "GET /portal/files/{file}": { statuses: 404 },
};

/** Pages and forms that anybody may open; every other page sends who is not signed in to the sign-in page. */
const OPEN_PAGES = [
  "/portal/theme",
  "/portal/sign-in",
  "/portal/sign-in/code",
  "/portal/sign-in/link",
  "/portal/sign-in/provider",
  "/auth/callback/oidc",
  "/portal/sign-out",
];

const nameOf = ({ contract }: { readonly contract: { readonly method: string; readonly path: string } }) =>
  `${contract.method.toUpperCase()} ${contract.path}`;

describe("routes and callers", () => {
  test("every route has its row, and no row is without a route", () => {
    expect(Object.keys(rows).sort()).toEqual(apiRoutes.map(nameOf).sort());
  });

  test("every page but those of signing in refuses who is not signed in, also with a key", async () => {
    const { app } = await createSamplePortal({ filled: true });
    const own = portalRoutes.filter(({ contract }) => !OPEN_PAGES.includes(contract.path));
    expect(portalRoutes.map(({ contract }) => contract.path)).toEqual(expect.arrayContaining(OPEN_PAGES));
    for (const { contract } of own) {
      const path = contract.path.replace("{id}", "q7hmc2drk5xwbn3t").replace("*", "none");
      for (const headers of [{}, { authorization: "Bearer fs_key" }, { cookie: "session=forged" }]) {
        const method = contract.method.toUpperCase();
        const response = await app.request(path, {
          method,
          headers: { ...headers, "sec-fetch-site": "same-origin" },
          ...(method === "GET" ? {} : { body: new URLSearchParams() }),
        });
        const { status } = response;
        // The address of a form leads to its page, where people sign in first.
        const isFormByGet =
          method === "GET" &&
          path.split("/").length > 3 &&
          own.some((each) => each.contract.path === contract.path && each.contract.method === "post");
        expect({ path, method, status, to: response.headers.get("location")?.split("?")[0] }).toEqual(
          path === "/portal/none"
            ? { path, method, status: 404, to: undefined }
            : {
                path,
                method,
                status: 303,
                to: isFormByGet ? path.split("/").slice(0, 3).join("/") : "/portal/sign-in",
              },
        );
      }
    }
  });
});

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`routes and callers on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let world: Organisations;
    let organisation: string;
    let number = 0;
    const headers = new Map<string, Readonly<Record<string, string>>>();
    const signedIn = new Map<string, { readonly cookie: string }>();
    const made = { shared: "" };

    beforeAll(async () => {
      opened = await target.openMigrated();
      world = await startOrganisations(opened.database, [{ song: 1, tenant: "acme", label: "acme 1" }]);
      const owner = await world.signIn("owner@example.com");
      const other = await world.signIn("other@example.com");
      const operator = await world.signIn("operator@example.com");
      await opened.database.query({ text: "insert into featstore.operators (email) values ('operator@example.com')" });
      organisation = owner.person.organisation;
      await world.set(organisation, { tenant: "acme" });
      await world.set(other.person.organisation, { tenant: "beta" });
      const ofRole = async (role: string) => world.join(owner, `${role}@example.com`, role);
      const persons = { owner, operator, admin: await ofRole("admin"), member: await ofRole("member") };
      for (const [caller, { cookie }] of Object.entries(persons)) {
        signedIn.set(caller, { cookie });
        headers.set(caller, { cookie, origin: ORIGIN });
      }
      const own = await world.keyIn(organisation);
      const expired = await world.keyIn(organisation);
      await opened.database.query({
        text: "update featstore.api_keys set expires_at = clock_timestamp() - interval '1 second' where id = $1::text",
        parameters: [expired.id],
      });
      const revoked = await world.keyIn(organisation);
      await world.deps.keys.revoke(revoked.id);
      const disabled = await world.keyIn(organisation);
      await world.deps.keys.change(disabled.id, { disabled: true });
      const texts = {
        own: own.key,
        organisation: (await world.keyIn(other.person.organisation)).key,
        tenant: (await world.keyIn(null, { tenant: "gamma" })).key,
        features: (await world.keyIn(organisation, { scopes: ["features:read"] })).key,
        usage: (await world.keyIn(organisation, { scopes: ["usage:read"] })).key,
        expired: expired.key,
        revoked: revoked.key,
        disabled: disabled.key,
        unknown: generateApiKey().text,
        malformed: own.key.replace(/^fs_./, (start) => (start === "fs_7" ? "fs_2" : "fs_7")),
      };
      for (const [caller, key] of Object.entries(texts)) headers.set(caller, { authorization: `Bearer ${key}` });
      headers.set("nobody", {});
    }, 120_000);
    afterAll(async () => {
      await world?.close();
      await opened?.drop();
    });

    const trainingSet = async () => {
      const body = {
        features: ["owned_songs.label"],
        rows: [{ song_id: 1, as_of: "2026-02-01T00:00:00Z" }],
        format: "csv",
      };
      const { text } = await world.ask("POST", "/api/training-sets", headers.get("own"), body);
      const { id } = JSON.parse(text) as { id: string };
      const path = `/api/training-sets/${id}`;
      await expect
        .poll(async () => JSON.parse((await world.ask("GET", path, headers.get("own"))).text) as unknown)
        .toMatchObject({ state: "finished" });
      return id;
    };
    // Each person may have only so many mails sent.
    const invite = async () => {
      const open = await world.ask("GET", "/api/invitations", headers.get("owner"));
      const known = /"id":"(inv_\w+)"/.exec(open.text)?.[1];
      if (known !== undefined) return known;
      const email = `invited${number++}@example.com`;
      const body = { email, role: "member" };
      const sent = await world.request("POST", "/api/invitations", { ...signedIn.get("owner"), body });
      return String(sent.body.id);
    };
    const idOf = async (kind: Row["id"]): Promise<string> => {
      if (kind === "key") return (await world.keyIn(organisation)).id;
      if (kind === "set") return trainingSet();
      if (kind === "finished") {
        made.shared ||= await trainingSet();
        return made.shared;
      }
      if (kind === "invitation") return invite();
      const { text } = await world.ask("GET", "/api/members", headers.get("owner"));
      const known = /"id":"([^"]+)"[^{}]*"guest/.exec(text)?.[1];
      if (known !== undefined) return known;
      const owner = signedIn.get("owner") ?? { cookie: "" };
      return (await world.join(owner, `guest${number++}@example.com`, "member")).person.userId;
    };
    /** The headers of somebody like the caller who may be gone afterwards. */
    const throwaway = async (caller: string) => {
      const email = `${caller}${number++}@example.com`;
      const isGuest = caller === "member" || caller === "admin";
      const owner = signedIn.get("owner") ?? { cookie: "" };
      const { cookie } = isGuest ? await world.join(owner, email, caller) : await world.signIn(email);
      return { cookie, origin: ORIGIN };
    };
    const send = async (name: string, caller: string) => {
      const { path, body, id, ends } = rows[name] ?? { path: "", statuses: 0 };
      const [method = "", pattern = ""] = name.split(" ");
      const at = (path ?? pattern).replace("{id}", id === undefined ? "none" : await idOf(id));
      const sent = ends === true && signedIn.has(caller) ? await throwaway(caller) : headers.get(caller);
      return world.ask(method, at, sent, body);
    };

    const keyed = apiRoutes.filter(({ scope }) => scope !== null);
    test.each(keyed.map((route) => [nameOf(route), route.scope as Scope] as const))(
      "%s answers each caller as the table says",
      async (name, scope) => {
        const answers: Record<string, number> = {};
        for (const caller of CALLERS) answers[caller] = (await send(name, caller)).status;
        const { statuses } = rows[name] ?? {};
        expect(answers).toEqual(
          Object.fromEntries(CALLERS.map((caller: Caller, index) => [caller, (statuses as Statuses)[index]])),
        );
        const refusals: Record<string, unknown> = {};
        const lacking = scope === "features:read" ? "usage" : "features";
        for (const caller of ["nobody", "malformed", "unknown", lacking, "expired", "revoked", "disabled"])
          refusals[caller] = (await send(name, caller)).code;
        expect(refusals).toEqual({
          nobody: "key_required",
          malformed: "key_malformed",
          unknown: "key_unknown",
          [lacking]: "scope_required",
          expired: "key_expired",
          revoked: "key_revoked",
          disabled: "key_disabled",
        });
      },
      60_000,
    );

    const open = apiRoutes.filter(({ scope }) => scope === null);
    test.each(open.map((route) => [nameOf(route)] as const))("%s answers every caller alike", async (name) => {
      const path = name.replace("GET ", "");
      for (const [caller, sent] of headers) {
        const { status } = await world.ask("GET", path, sent);
        expect([caller, status]).toEqual([caller, rows[name]?.statuses]);
      }
    });

    test("default scopes have no scope that manages", () => {
      expect(READ_SCOPES.filter((scope) => /keys|account|usage|write/.test(scope))).toEqual([]);
    });
  });
}

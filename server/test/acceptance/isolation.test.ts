import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Organisations, startOrganisations } from "../helpers/isolated-organisations";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";

// Law: whatever keys of several organisations and tenants ask, in any order, no response has anything of another, and
// what belongs to another answers like what does not exist.

interface Asker {
  readonly headers: Readonly<Record<string, string>>;
  readonly keyId: string;
  readonly keyText: string;
  readonly organisation: string | null;
  readonly tenant: string | null;
  readonly tier: string;
  readonly set: string | null;
  /** Texts that no other may read. */
  readonly own: readonly string[];
  /** Successful requests. */
  counted: number;
}

const SONGS = [1, 2, 3] as const;
const ABSENT = { key: "aaaaaaaaaaaaaaaa", set: "bbbbbbbbbbbbbbbb" };
const anyWorld = fc.record({
  organisations: fc.array(
    fc.record({ tier: fc.constantFrom("free", "free", "shared", "nothing"), tenant: fc.boolean() }),
    { minLength: 3, maxLength: 4 },
  ),
  rows: fc.uniqueArray(fc.tuple(fc.nat(3), fc.constantFrom(...SONGS)), {
    minLength: 4,
    selector: ([tenant, song]) => `${tenant} ${song}`,
  }),
});
type Kind =
  | "get"
  | "batch"
  | "embedding"
  | "search"
  | "view"
  | "list"
  | "runs"
  | "usage"
  | "audit"
  | "keys"
  | "account";
const anyAsk = fc.record({
  asker: fc.nat(20),
  other: fc.nat(20),
  song: fc.constantFrom(...SONGS),
  kind: fc.constantFrom<Kind | "key" | "set" | "data" | "cancel" | "rerun" | "revoke" | "rotate">(
    ...(["get", "batch", "embedding", "search", "view", "list", "runs", "usage", "audit", "keys", "account"] as const),
    ...(["key", "set", "data", "cancel", "rerun", "revoke", "rotate"] as const),
  ),
});

const views = "features=owned_songs.label,shared_songs.label";
const requestOf = (kind: Kind, song: number): readonly [method: string, path: string, body?: unknown] => {
  switch (kind) {
    case "get":
      return ["GET", `/api/features/${song}?${views}`];
    case "batch":
      return ["POST", "/api/features/batch", { ids: SONGS.map(String), features: ["owned_songs.label"] }];
    case "embedding":
      return ["GET", `/api/embeddings/${song}`];
    case "search":
      return [
        ...(["POST", "/api/embeddings/search"] as const),
        { embedding: "owned_songs.shape", vector: [1, 0], k: 10, features: ["owned_songs.label"] },
      ];
    case "view":
      return ["GET", "/api/feature-views/owned_songs"];
    case "list":
      return ["GET", "/api/feature-views"];
    case "runs":
      return ["GET", "/api/runs"];
    case "usage":
      return ["GET", "/api/usage?by=key"];
    case "audit":
      return ["GET", "/api/audit-log"];
    case "keys":
      return ["GET", "/api/keys"];
    case "account":
      return ["GET", "/api/members"];
  }
};

/** Requests that name something of another. */
const foreignOf = (kind: string, { key, set }: { readonly key: string; readonly set: string }) => {
  const requests: Readonly<Record<string, readonly [method: string, path: string, body?: unknown]>> = {
    key: ["GET", `/api/keys/${key}`],
    revoke: ["DELETE", `/api/keys/${key}`],
    rotate: ["POST", `/api/keys/${key}/rotate`, {}],
    set: ["GET", `/api/training-sets/${set}`],
    data: ["GET", `/api/training-sets/${set}/data`],
    cancel: ["POST", `/api/training-sets/${set}/cancel`],
    rerun: ["POST", "/api/training-sets", { rerun: set }],
  };
  return requests[kind];
};

for (const target of testDatabases("main")) {
  describe.skipIf(target.skip)(`isolation on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let world: Organisations;
    const askers: Asker[] = [];

    beforeAll(async () => {
      opened = await target.openMigrated();
      const [given] = fc.sample(anyWorld, 1);
      if (given === undefined) throw new Error("no world");
      const marker = (tenant: number) => `mark${tenant}of${Math.random().toString(36).slice(2, 12)}`;
      const markers = [0, 1, 2, 3].map(marker);
      const owned = given.rows.map(([tenant, song]) => ({
        ...{ song, tenant: `tenant${tenant}`, label: `${markers[tenant]} ${song}` },
      }));
      world = await startOrganisations(opened.database, owned);
      const add = async (organisation: string | null, tier: string, tenant: number | null) => {
        const name = tenant === null ? null : `tenant${tenant}`;
        const key = await world.keyIn(organisation, organisation === null ? { tenant: name } : {});
        const headers = { authorization: `Bearer ${key.key}` };
        const body = {
          features: ["shared_songs.label"],
          rows: [{ song_id: 1, as_of: "2026-02-01T00:00:00Z" }],
          ...{ format: "csv", reuse: true },
        };
        const started = await world.ask("POST", "/api/training-sets", headers, body);
        const { id = null } = JSON.parse(started.text) as { id?: string };
        const own = [key.id, ...(tenant === null ? [] : [markers[tenant] ?? ""]), ...(id === null ? [] : [id])];
        askers.push({
          ...{ headers, keyId: key.id, keyText: key.key, organisation, tenant: name, tier, set: id },
          own: organisation === null ? own : [...own, organisation],
          counted: started.status < 300 ? 1 : 0,
        });
        // Finished, so that another could reuse it.
        if (id === null) return;
        const asker = askers.at(-1);
        const finished = async () => {
          const { status, text } = await world.ask("GET", `/api/training-sets/${id}`, headers);
          if (asker !== undefined && status === 200) asker.counted++;
          return text;
        };
        await vi.waitFor(async () => expect(await finished()).toContain(`"state":"finished"`), 30_000);
      };
      for (const [index, { tier, tenant }] of given.organisations.entries()) {
        const { person } = await world.signIn(`founder${index}@example.com`);
        const name = tenant ? `tenant${index}` : undefined;
        await world.set(person.organisation, name === undefined ? { tier } : { tier, tenant: name });
        await add(person.organisation, tier, tenant ? index : null);
      }
      await add(null, "operator", null);
      await add(null, "operator", 3);
    }, 120_000);
    afterAll(async () => {
      await world?.close();
      await opened?.drop();
    });

    const ask = async (asker: Asker, [method, path, body]: readonly [string, string, unknown?]) => {
      const { status, text, headers } = await world.ask(method, path, asker.headers, body);
      if (status < 300) asker.counted++;
      const kept = [...headers].filter(([name]) => !/^(x-request-id|ratelimit)$/.test(name)).join("\n");
      return { status, text: `${text}\n${kept}`.replace(/"request_id":"[^"]*"/, "") };
    };
    const pick = (index: number): Asker => {
      const asker = askers[index % askers.length];
      if (asker === undefined) throw new Error("nobody asks");
      return asker;
    };
    const foreignTexts = (asker: Asker) =>
      askers
        .filter((each) => each !== asker)
        // A tenant's rows belong to all of its keys.
        .flatMap(({ own, tenant }) => own.filter((text) => tenant !== asker.tenant || !text.startsWith("mark")));

    test("no response has anything of another, in any order", async () => {
      const sets = askers.flatMap(({ set }) => set ?? []);
      // None was reused for another.
      expect(new Set(sets).size).toBe(sets.length);
      await fc.assert(
        fc.asyncProperty(fc.array(anyAsk, { minLength: 1, maxLength: 8 }), async (asks) => {
          for (const { asker: index, other: otherIndex, song, kind } of asks) {
            const asker = pick(index);
            const other = pick(otherIndex);
            const foreign = foreignOf(kind, { key: other.keyId, set: other.set ?? ABSENT.set });
            if (foreign === undefined) {
              const { text } = await ask(asker, requestOf(kind as Kind, song));
              expect(foreignTexts(asker).filter((each) => text.includes(each))).toEqual([]);
            } else if (asker !== other) {
              const absent = foreignOf(kind, ABSENT) ?? foreign;
              const [answer, missing] = [await ask(asker, foreign), await ask(asker, absent)];
              const neutral = (text: string) =>
                [other.keyId, other.set ?? ABSENT.set, ABSENT.key, ABSENT.set].reduce(
                  (t, id) => t.replaceAll(id, "ID"),
                  text,
                );
              expect([kind, answer.status, neutral(answer.text)]).toEqual([
                kind,
                missing.status,
                neutral(missing.text),
              ]);
              expect(answer.status).toBeGreaterThanOrEqual(400);
            }
          }
        }),
        { numRuns: 60 },
      );
    }, 120_000);

    test("each tenant reads its own rows", async () => {
      for (const asker of askers.filter(
        ({ tier, tenant }) => tenant !== null && tier !== "shared" && tier !== "nothing",
      )) {
        const { status, text } = await ask(asker, requestOf("batch", 1));
        expect(status).toBe(200);
        const rows = await opened.database.query({
          text: "select from owned where tenant = $1::text",
          parameters: [asker.tenant],
        });
        expect(text.split("mark").length - 1).toBe(rows.length);
      }
    });

    test("a view that the tier does not allow answers like one that does not exist", async () => {
      for (const asker of askers.filter(({ tier }) => tier === "shared" || tier === "nothing"))
        for (const path of [
          "/api/feature-views/NAME",
          "/api/feature-views/NAME/profile",
          "/api/features/1?features=NAME.label",
        ]) {
          const answers: unknown[] = [];
          for (const name of ["owned_songs", "absent_view"]) {
            const { status, text } = await ask(asker, ["GET", path.replace("NAME", name)]);
            answers.push([status, text.replaceAll(name, "NAME")]);
          }
          expect(answers[0]).toEqual(answers[1]);
        }
    });

    test("usage has the requests of the own organisation only", async () => {
      for (const asker of askers) {
        const { text } = await world.ask("GET", "/api/usage?by=key", asker.headers);
        const { usage } = JSON.parse(text) as { usage: readonly { requests: number }[] };
        expect(usage.reduce((sum, { requests }) => sum + requests, 0)).toBe(asker.counted);
      }
    });
  });
}

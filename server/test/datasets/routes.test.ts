import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Organisations, startOrganisations } from "../helpers/isolated-organisations";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";

/** The members of responses that these tests read. */
interface Body {
  readonly datasets: readonly { readonly name: string }[];
  readonly snapshots: readonly {
    readonly files: readonly { readonly format: string | null; readonly url: string }[];
  }[];
  readonly snapshot: { readonly id: string };
  readonly state: string;
  readonly card: string;
}

for (const target of testDatabases("main")) {
  describe.skipIf(target.skip)(`routes of datasets on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let world: Organisations;
    let operator: string;
    let limited: string;
    beforeAll(async () => {
      opened = await target.openMigrated();
      world = await startOrganisations(opened.database, []);
      const owner = await world.signIn("owner@example.com");
      await world.set(owner.person.organisation, { tier: "shared" });
      operator = (await world.keyIn(null)).key;
      limited = (await world.keyIn(owner.person.organisation)).key;
    }, 120_000);
    afterAll(async () => {
      await world?.close();
      await opened?.drop();
    });

    const ask = async (method: string, path: string, key = operator) => {
      const { status, text, code, headers } = await world.ask(method, path, { authorization: `Bearer ${key}` });
      const isJson = headers.get("content-type")?.includes("json") === true;
      return { status, code, headers, body: (isJson ? JSON.parse(text) : null) as Body };
    };
    /** Builds to the end. */
    const build = async (name: string) => {
      const begun = await ask("POST", `/api/datasets/${name}/snapshots`);
      expect(begun).toMatchObject({ status: 202, body: { dataset: name } });
      const path = begun.headers.get("location") ?? "";
      await expect.poll(async () => (await ask("GET", path)).body.state).not.toBe("running");
      return (await ask("GET", path)).body;
    };

    test("a dataset without a snapshot is listed, with its declared columns", async () => {
      const { body } = await ask("GET", "/api/datasets");
      expect(body.datasets).toMatchObject([
        { name: "owned_labels", access: "key", latest: null },
        { name: "shared_labels", access: "public", latest: null },
      ]);
      const { body: one } = await ask("GET", "/api/datasets/shared_labels");
      expect(one).toMatchObject({ columns: [{ name: "label" }], card: null, downloads: 0 });
      expect((await ask("GET", "/api/datasets/shared_labels/snapshots")).body).toEqual({ snapshots: [] });
    });

    test("a build makes a snapshot that is listed and can be read by id, by version and as the latest", async () => {
      const built = await build("shared_labels");
      expect(built).toMatchObject({ state: "finished", unchanged: false, rows: 4, snapshot: { version: "1.0.0" } });
      const { id } = built.snapshot;
      const { body: list } = await ask("GET", "/api/datasets/shared_labels/snapshots");
      expect(list.snapshots).toMatchObject([{ id, version: "1.0.0", rows: 4, withdrawn: null, changes: null }]);
      const path = `/api/datasets/shared_labels/snapshots/${id}`;
      for (const reference of ["latest", "1.0.0"]) {
        const moved = await ask("GET", `/api/datasets/shared_labels/snapshots/${reference}`);
        expect([moved.status, moved.headers.get("location")]).toEqual([302, path]);
      }
      const { body: manifest } = await ask("GET", path);
      expect(manifest).toMatchObject({ id, manifest: { key: ["song_id"], inputs: [{ view: "shared_songs" }] } });
      const { body: dataset } = await ask("GET", "/api/datasets/shared_labels");
      expect(dataset).toMatchObject({
        key: ["song_id"],
        latest: { id },
        columns: [{ name: "song_id" }, { name: "label" }],
      });
      expect(dataset.card).toContain("# Labels");
      const file = list.snapshots[0]?.files.find(({ format }) => format === "csv");
      expect((await world.ask("GET", file?.url ?? "", { authorization: `Bearer ${operator}` })).text).toContain(
        "1,shared 1",
      );
    });

    test("a second build says that nothing changed", async () => {
      expect(await build("shared_labels")).toMatchObject({ state: "finished", unchanged: true });
    });

    test("a key sees only the datasets of its tier; others are refused alike, whether or not they exist", async () => {
      const { body } = await ask("GET", "/api/datasets", limited);
      expect(body.datasets.map(({ name }) => name)).toEqual(["shared_labels"]);
      expect((await ask("GET", "/api/datasets/shared_labels/snapshots", limited)).status).toBe(200);
      for (const rest of ["", "/snapshots", "/snapshots/latest", "/snapshots/latest/files/README.md", "/builds/x"]) {
        const answers = [];
        for (const name of ["owned_labels", "owned_nothing"]) {
          const { status, code } = await ask("GET", `/api/datasets/${name}${rest}`, limited);
          answers.push([status, code]);
        }
        expect(answers).toEqual([
          [403, "resource_forbidden"],
          [403, "resource_forbidden"],
        ]);
      }
      expect(await ask("POST", "/api/datasets/owned_labels/snapshots", limited)).toMatchObject({ status: 403 });
    });

    test("scopes can be limited to names, and reading is no permission to build", async () => {
      const reader = (await world.keyIn(null, { scopes: ["datasets:read:owned_*"] })).key;
      const { body } = await ask("GET", "/api/datasets", reader);
      expect(body.datasets.map(({ name }) => name)).toEqual(["owned_labels"]);
      expect(await ask("GET", "/api/datasets/shared_labels", reader)).toMatchObject({ code: "resource_forbidden" });
      expect(await ask("POST", "/api/datasets/owned_labels/snapshots", reader)).toMatchObject({
        code: "scope_required",
      });
      const builder = (await world.keyIn(null, { scopes: ["datasets:write:shared_*"] })).key;
      expect(await ask("POST", "/api/datasets/owned_labels/snapshots", builder)).toMatchObject({
        code: "resource_forbidden",
      });
    });

    test("a person cannot give a key the permission to build", async () => {
      const { cookie } = await world.signIn("builder@example.com");
      for (const scope of ["datasets:write", "datasets:write:shared_*"]) {
        const made = await world.request("POST", "/api/keys", { cookie, body: { name: "x", scopes: [scope] } });
        expect(made.status).toBe(400);
      }
    });

    test.each([
      ["/api/datasets/none", "dataset_not_found"],
      ["/api/datasets/Shared", "dataset_not_found"],
      ["/api/datasets/..%2Fetc", "dataset_not_found"],
      ["/api/datasets/none/snapshots", "dataset_not_found"],
      ["/api/datasets/none/snapshots/latest", "dataset_not_found"],
      ["/api/datasets/shared_labels/snapshots/9.9.9", "snapshot_not_found"],
      ["/api/datasets/shared_labels/snapshots/newest", "snapshot_not_found"],
      [`/api/datasets/shared_labels/snapshots/${"0".repeat(64)}`, "snapshot_not_found"],
      ["/api/datasets/owned_labels/snapshots/latest", "snapshot_not_found"],
      ["/api/datasets/shared_labels/builds/none", "dataset_build_not_found"],
    ])("%s gets 404 %s", async (path, code) => {
      expect(await ask("GET", path)).toMatchObject({ status: 404, code });
    });

    test("a mistyped name gets the nearest dataset that the key may read, and no other", async () => {
      const detail = async (key?: string) => JSON.stringify((await ask("GET", "/api/datasets/shared_label", key)).body);
      expect(await detail()).toContain("shared_labels");
      const { key } = await world.keyIn(null, { scopes: ["datasets:read:shared_label"] });
      expect(await detail(key)).not.toContain("shared_labels");
    });

    test("nothing is read without a key, unless the operator allows it", async () => {
      for (const path of ["/api/datasets", "/api/datasets/shared_labels", "/api/datasets/shared_labels/snapshots"])
        expect(await world.ask("GET", path)).toMatchObject({ status: 401, code: "key_required" });
    });
  });
}

import { afterAll, beforeAll, test } from "vitest";
import { type GuideServer, startGuideServer } from "./guide-server";

let server: GuideServer;
beforeAll(async () => {
  server = await startGuideServer();
}, 120_000);
afterAll(() => server?.close());

test("docs/guide/keys.md shows the actual output", { timeout: 240_000 }, async () => {
  const organisation = "org_aaaaaaaaaaaaaaaa";
  await server.database.query({
    text: "insert into featstore.organisations (id, name, tier) values ($1::text, 'Example', 'free')",
    parameters: [organisation],
  });
  const create = async (name: string) => {
    const { document } = await server.project.json("keys", "create", "--name", name);
    return document as { readonly id: string; readonly key: string };
  };
  const { key } = await create("own");
  const { id } = await create("rotated");
  await server.run("keys.md", {
    environment: { FEATSTORE_API_KEY: key },
    replace: { org_k3v5t7n2q6x4a2c5: organisation, k3v5t7n2q6x4a2c5: id },
  });
});

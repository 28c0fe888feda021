import { createClient } from "@featstore/client";
import { serve } from "@hono/node-server";
import { afterAll, beforeAll, test } from "vitest";
import { createApp } from "../../../examples/ranking-service/src/app";
import { type GuideServer, startGuideServer } from "./guide-server";

let server: GuideServer;
beforeAll(async () => {
  server = await startGuideServer();
}, 120_000);
afterAll(() => server?.close());

test("examples/ranking-service/README.md shows the actual response", { timeout: 240_000 }, async () => {
  const { document } = await server.project.json("sample", "load", "--publish");
  const { key } = document as { readonly key: string };
  const client = createClient({ baseUrl: server.url, apiKey: key });
  const today = () => new Date().toISOString().slice(0, 10);
  const address = await new Promise<string>((resolve) => {
    listener = serve({ fetch: createApp(client, today).fetch, hostname: "127.0.0.1", port: 0 }, ({ port }) =>
      resolve(`http://127.0.0.1:${port}`),
    );
  });
  await server.run("../../examples/ranking-service/README.md", { replace: { "http://127.0.0.1:3000": address } });
});

let listener: ReturnType<typeof serve> | undefined;
afterAll(() => void listener?.close());

import { createClient } from "@featstore/client";
import { serve } from "@hono/node-server";
import { createApp } from "./app";

// FEATSTORE_URL and FEATSTORE_API_KEY say where the store is. A request should not wait longer than its user would.
const client = createClient({ timeoutMs: 1_000, deadlineMs: 3_000 });
const today = () => new Date().toISOString().slice(0, 10);

const server = serve(
  { fetch: createApp(client, today).fetch, hostname: "127.0.0.1", port: Number(process.env.PORT ?? 3000) },
  ({ port }) => console.log(`http://127.0.0.1:${port}/similar/1`),
);
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => server.close());

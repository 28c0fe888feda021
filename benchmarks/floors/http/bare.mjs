// The floor of serving: a bare Hono application on the same adapter, in its own process. It returns the same bodies and
// headers from precomputed texts by id. It does not check keys, count or log.
//
// PORT=8081 node bare.mjs [answers.json]    without answers it returns {"status":"ok"} for every request.
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { readRecorded } from "./recorded.mjs";

const app = new Hono();

if (process.argv[2] === undefined) {
  app.get("*", (context) => context.body('{"status":"ok"}', 200, { "content-type": "application/json" }));
} else {
  const { headers, batchHeaders, single, batch } = readRecorded(process.argv[2]);
  app.get("/api/features/:id", (context) => context.body(single(context.req.param("id")), 200, headers));
  app.post("/api/features/batch", async (context) => {
    const { ids } = await context.req.json();
    return context.body(batch(ids), 200, batchHeaders);
  });
}

serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: "127.0.0.1" });

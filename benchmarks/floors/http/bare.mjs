// The floor of serving: a bare Hono application on the same adapter, in a process of its own. It gives the same bodies
// and headers, looks nothing up but a precomputed text by its id, checks no key, counts nothing and logs nothing.
//
// PORT=8081 node bare.mjs [answers.json]    without answers it says {"status":"ok"} to everything.
import { readFileSync } from "node:fs";
import { serve } from "@hono/node-server";
import { Hono } from "hono";

const answers = process.argv[2] === undefined ? undefined : JSON.parse(readFileSync(process.argv[2], "utf8"));
const app = new Hono();

if (answers === undefined) {
  app.get("*", (context) => context.body('{"status":"ok"}', 200, { "content-type": "application/json" }));
} else {
  const { headers, batch } = answers;
  const single = new Map(Object.entries(answers.single));
  const rows = new Map(
    Object.entries(batch.rows).map(([id, text]) => {
      const { status, statuses } = batch.statuses[id];
      const texts = { row: text, status: JSON.stringify(status), statuses: statuses && JSON.stringify(statuses) };
      return [id, texts];
    }),
  );
  // A row that came in an answer without statuses is complete in every view.
  const complete = JSON.stringify(JSON.parse(batch.views ?? "[]").map(() => "complete"));

  app.get("/api/features/:id", (context) => context.body(single.get(context.req.param("id")), 200, headers));
  app.post("/api/features/batch", async (context) => {
    const { ids } = await context.req.json();
    let rowTexts = "";
    let status = "";
    let statuses = "";
    let allComplete = true;
    for (let position = 0; position < ids.length; position++) {
      const comma = position === 0 ? "" : ",";
      const row = rows.get(String(ids[position]));
      rowTexts += comma + row.row;
      status += comma + row.status;
      if (row.status !== '"complete"') allComplete = false;
      statuses += comma + (row.statuses ?? complete);
    }
    const perView = allComplete ? "" : `,"statuses":[${statuses}]`;
    const body = `{"ids":${JSON.stringify(ids)},"columns":${batch.columns},"rows":[${rowTexts}],"status":[${status}],"views":${batch.views}${perView}}`;
    return context.body(body, 200, batch.headers);
  });
}

serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: "127.0.0.1" });

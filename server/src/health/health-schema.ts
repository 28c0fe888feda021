import { z } from "@hono/zod-openapi";
import { outsideFaultCodes } from "../core/index";
import { databaseFaultCodes } from "./health-check";

export const Health = z
  .object({
    status: z.enum(["ok", "degraded", "unavailable"]),
    registry_revision: z.int().nullable(),
    checks: z.record(
      z.string(),
      z.object({
        ok: z.boolean(),
        detail: z.string(),
        code: z
          .enum(["nothing_applied", "served_values_differ", ...databaseFaultCodes, ...outsideFaultCodes])
          .optional()
          .describe(
            "Why the check fails: of the registry, the served values, the database, Redis, S3 and the mail server",
          ),
      }),
    ),
  })
  .openapi("Health");
/** Health of the demo, for examples. */
export const healthy: z.infer<typeof Health> = {
  status: "ok",
  registry_revision: 10,
  checks: {
    server: { ok: true, detail: "running" },
    database: { ok: true, detail: "answers" },
    online_store: { ok: true, detail: "holds every served view" },
  },
};

import { z } from "@hono/zod-openapi";

const Measured = z.number().nullable();
export const FeatureDrift = z
  .object({
    feature: z.string(),
    psi: Measured.describe("Population stability index; null if the type has none, as for the other measures"),
    jensen_shannon: Measured,
    kolmogorov_smirnov: Measured,
    null_shift: z.number().describe("Share of nulls now minus the share before"),
    judged: z.boolean().describe("False: too few rows to tell drift from chance"),
    exceeded: z.array(z.enum(["psi", "jensen_shannon", "kolmogorov_smirnov", "null_shift"])),
  })
  .openapi("FeatureDrift");

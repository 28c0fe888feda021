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

export const ComparedGeneration = z
  .object({ generation: z.int(), as_of: z.string(), rows: z.int() })
  .openapi("ComparedGeneration");

export const FeatureViewDrift = z
  .object({
    view: z.string(),
    version: z.int(),
    tenant: z.string().nullable().describe("The tenant whose rows were compared; null for all rows"),
    against: z.enum(["previous", "baseline", "generation"]).describe("`generation`: the one that `baseline` named"),
    baseline: ComparedGeneration,
    current: ComparedGeneration,
    features: z.array(FeatureDrift),
  })
  .openapi("FeatureViewDrift");

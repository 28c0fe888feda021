import { z } from "@hono/zod-openapi";

export const Run = z
  .object({
    run_id: z.string(),
    view: z.string(),
    version: z.int(),
    generation: z.int(),
    state: z
      .enum(["running", "published", "failed", "abandoned", "interrupted"])
      .describe(
        "`abandoned`: its process died, and its remains were removed; `interrupted`: a backfill that can be resumed",
      ),
    kind: z.enum(["full", "incremental"]),
    recomputed: z.int().nullable().describe("Entities that an incremental run computed; null for a full run"),
    why_full: z.string().nullable().describe("Why a run that was requested as incremental is full, as a stable code"),
    repaired: z.int().nullable().describe("Rows that a reconciling run corrected; null if it did not reconcile"),
    as_of: z.string(),
    watermark: z.string().nullable().describe("The PostgreSQL transaction id up to which writes are in the generation"),
    started_at: z.string(),
    finished_at: z.string().nullable(),
    duration_ms: z.int().nullable().describe("null while it runs"),
    rows: z.int().nullable().describe("Rows of the whole generation; null before it is loaded"),
    ignored_rows: z.int().nullable().describe("Rows left out because tenant and key together are too long"),
    chunks: z
      .object({ done: z.int(), total: z.int() })
      .nullable()
      .describe("Progress of a running or interrupted backfill; null for any other run"),
    progress: z
      .object({ stages: z.int(), stages_done: z.int(), tasks: z.int(), tasks_done: z.int() })
      .nullable()
      .describe(
        "What a Spark cluster has started so far for a running run, and how much of it is done; more may follow. null for any other run",
      ),
    failure: z
      .object({ code: z.string() })
      .nullable()
      .describe("A stable code; `featstore runs` has the message, which may hold the key of an entity"),
    broken_contracts: z.array(
      z.object({ feature: z.string(), rule: z.string(), promise: z.string(), rows: z.int().nullable() }).strict(),
    ),
    forced_because: z.string().nullable().describe("Why it was published although it breaks a contract"),
    warnings: z
      .array(z.object({ code: z.string(), message: z.string() }).strict())
      .describe(
        "Warnings of a published run; `rows_lost`: many of the rows served before are gone; `served_values_differ`: rows read back are not served as the table has them; `served_values_unchecked`: they could not be compared",
      ),
    read_files: z
      .object({
        engine: z.string().describe("The engine that read them"),
        count: z.int(),
        bytes: z.int(),
        digest: z
          .string()
          .describe(
            "SHA-256 over the path, size and time of the last change of each: runs with equal digests read the same files",
          ),
        files: z
          .array(z.object({ path: z.string(), bytes: z.int(), changed_at: z.string() }).strict())
          .describe("The first ten, by their paths; a relative path is below the engine's first root"),
      })
      .strict()
      .nullable()
      .describe(
        "The files of the sources when the run began; null if the sources are no files, or the run failed before",
      ),
    read_tables: z
      .array(z.object({ table: z.string(), snapshot: z.string().nullable() }).strict())
      .nullable()
      .describe(
        "The Iceberg tables of the sources, each with the id of the snapshot that the run read, or null for a table without any; null if the sources are none, or the run failed before",
      ),
  })
  .openapi("Run");

export const RunList = z
  .object({
    runs: z.array(Run),
    next: z.string().nullable().describe("`before` for the next page; null on the last page"),
  })
  .openapi("RunList");

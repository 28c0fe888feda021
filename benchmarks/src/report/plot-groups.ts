/** The parts that docs/benchmarks.md shows. */
export const reportParts = ["online", "feast"] as const;

export type ReportPart = (typeof reportParts)[number];

/** A section of the page and its plot. */
export interface PlotGroup {
  readonly part: ReportPart;
  /** The group of `Figure.plot`; the plot is `docs/benchmarks/<name>.svg`. */
  readonly name: string;
  readonly title: string;
  readonly text: string;
  /** `ratios`: ours relative to the floor; `values`: ours and the floor side by side; `table`: no plot. */
  readonly shows: "ratios" | "values" | "table";
}

/** The sections in the order of the page. */
export const plotGroups: readonly PlotGroup[] = [
  {
    part: "online",
    name: "reads-memory",
    title: "Reads from memory",
    shows: "ratios",
    text: `Requests per second relative to a bare Hono route that returns the same bodies and headers from precomputed texts. Rows × features of
the peer's workload, 10,000 entities with ten int64 features in a view, and \`hit_predictor\` over all tracks of the domain.`,
  },
  {
    part: "online",
    name: "reads-redis",
    title: "Reads from Redis",
    shows: "ratios",
    text: `Without caches, relative to the faster of two bare Hono applications that read packed rows through ioredis, in one pipeline, and
concatenate the same answer: one with a hash for each entity, one with the rows in buckets like Featstore. *Cached* is the same server
with default settings, relative to a bare Hono route with every answer in memory.`,
  },
  {
    part: "online",
    name: "floors",
    title: "Comparison of the floors",
    shows: "ratios",
    text: "Bare Hono relative to node:http without a framework, both with every answer in memory.",
  },
  {
    part: "online",
    name: "latency",
    title: "Latency at a constant rate",
    shows: "values",
    text: `Batches of 100 ids × 50 features, 50 per second. Requests are sent at fixed times, whether or not earlier ones are answered, and each one's
latency counts from the time at which it was due. If a server stalls, every delayed request counts.`,
  },
  {
    part: "online",
    name: "publish",
    title: "Reads during a publication",
    shows: "values",
    text: `p99 of single reads at a constant 200 per second, while five views of all tracks are recomputed and published, relative to a bare Hono
route meanwhile, which shows the effect of the machine's load on any server; and relative to the time in between.`,
  },
  {
    part: "online",
    name: "workers",
    title: "Two workers",
    shows: "values",
    text: `Single reads from memory, two workers compared with one. On a machine with fewer than three cores the load generator takes a worker's core, so the
bar is on the throughput that the processor time allows: workers ÷ processor time per request, over all processes of the server.`,
  },
  {
    part: "online",
    name: "endurance",
    title: "Over 100,000 reads",
    shows: "ratios",
    text: "The last tenth of the reads relative to the first tenth after the warm-up.",
  },
  {
    part: "online",
    name: "registry",
    title: "A hundred more views",
    shows: "values",
    text: "Single reads relative to bare Hono, before and after registering a hundred more views.",
  },
  {
    part: "online",
    name: "search",
    title: "Vector search",
    shows: "values",
    text: `The ten nearest by cosine, one search at a time over HTTP, compared with the exact search in SQL on a separate connection. Vectors are clusters in 32
dimensions, projected into the space, with noise in all dimensions; queries are not stored vectors. Filters select a random share of the rows.`,
  },
  {
    part: "online",
    name: "recall",
    title: "Recall of vector search",
    shows: "values",
    text: "The average share of the exact ten nearest in the ten results.",
  },
  {
    part: "feast",
    name: "feast-reads",
    title: "Reads",
    shows: "table",
    text: `Requests per second with as many requests at once as connections. Featstore reads Redis for every request, without caches, unless a row
says that it has its default cache. Feast reads vectors that are precomputed for the service, as its documentation recommends for services
that need low latency, unless a row says otherwise.`,
  },
  {
    part: "feast",
    name: "feast-latency",
    title: "Latency at a constant rate",
    shows: "table",
    text: `At a rate that both can do; and Featstore at ten or twenty times that rate, relative to Feast at the lower one. Requests are sent at fixed
times, and each latency counts from the time at which the request was due.`,
  },
  {
    part: "feast",
    name: "feast-publish",
    title: "Reads while views are materialized",
    shows: "table",
    text: `Every row of all five tables has new values. \`featstore materialize\` computes the views in PostgreSQL, verifies and publishes them;
\`feast materialize-incremental\` reads the tables and writes Redis. Single reads at a constant 50 per second meanwhile.`,
  },
  {
    part: "feast",
    name: "feast-resources",
    title: "Processes and memory",
    shows: "table",
    text: "After all reads. Memory that processes share counts once. Feast's precomputed vectors are among its values in Redis.",
  },
  {
    part: "feast",
    name: "feast-join",
    title: "Point-in-time join",
    shows: "table",
    text: `The same spine and facts, with a ttl of 30 days. A row is correct if it has the fact that counts by an independent computation: the last
one that had happened and was known at the row's time, of facts at the same event time the one known later, and of those the one with the
larger number; none if it is older than the ttl. Feast's definition differs: a fact counts before
it is known, and facts that agree in both times have no order; a row of the table says how many rows it allows.`,
  },
];

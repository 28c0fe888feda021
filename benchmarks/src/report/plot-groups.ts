/** A section of the page and its plot. */
export interface PlotGroup {
  /** The group of `Figure.plot`; the plot is `docs/benchmarks/<name>.svg`. */
  readonly name: string;
  readonly title: string;
  readonly text: string;
  /** `ratios`: ours relative to the floor; `values`: ours and the floor side by side. */
  readonly shows: "ratios" | "values";
}

/** The sections in the order of the page. */
export const plotGroups: readonly PlotGroup[] = [
  {
    name: "reads-memory",
    title: "Reads from memory",
    shows: "ratios",
    text: `Requests per second relative to a bare Hono route that returns the same bodies and headers from precomputed texts. Rows × features of
the peer's workload, 10,000 entities with ten int64 features in a view, and \`hit_predictor\` over all tracks of the domain.`,
  },
  {
    name: "reads-redis",
    title: "Reads from Redis",
    shows: "ratios",
    text: `Without caches, relative to the faster of two bare Hono applications that read packed rows through ioredis, in one pipeline, and
concatenate the same answer: one with a hash for each entity, one with the rows in buckets like Featstore. *Cached* is the same server
with default settings, relative to a bare Hono route with every answer in memory.`,
  },
  {
    name: "floors",
    title: "Comparison of the floors",
    shows: "ratios",
    text: "Bare Hono relative to node:http without a framework, both with every answer in memory.",
  },
  {
    name: "latency",
    title: "Latency at a constant rate",
    shows: "values",
    text: `Batches of 100 ids × 50 features, 50 per second. Requests are sent at fixed times, whether or not earlier ones are answered, and each one's
latency counts from the time at which it was due. If a server stalls, every delayed request counts.`,
  },
  {
    name: "publish",
    title: "Reads during a publication",
    shows: "values",
    text: `p99 of single reads at a constant 200 per second, while five views of all tracks are recomputed and published, and between publications.
A bare Hono route under the same conditions shows the effect of the machine's load on any server.`,
  },
  {
    name: "workers",
    title: "Two workers",
    shows: "values",
    text: `Single reads from memory, two workers compared with one. On a machine with fewer than three cores the load generator takes a worker's core, so the
bar is on the throughput that the processor time allows: workers ÷ processor time per request, over all processes of the server.`,
  },
  {
    name: "endurance",
    title: "Over 100,000 reads",
    shows: "ratios",
    text: "The last tenth of the reads relative to the first tenth after the warm-up.",
  },
  {
    name: "registry",
    title: "A hundred more views",
    shows: "values",
    text: "Single reads relative to bare Hono, before and after registering a hundred more views.",
  },
  {
    name: "search",
    title: "Vector search",
    shows: "values",
    text: `The ten nearest by cosine, one search at a time over HTTP, compared with the exact search in SQL on a separate connection. Vectors are clusters in 32
dimensions, projected into the space, with noise in all dimensions; queries are not stored vectors. Filters select a random share of the rows.`,
  },
  {
    name: "recall",
    title: "Recall of vector search",
    shows: "values",
    text: "The average share of the exact ten nearest in the ten results.",
  },
];

/** A section of the page with its plot. */
export interface PlotGroup {
  /** As `Figure.plot` names it; its plot is `docs/benchmarks/<name>.svg`. */
  readonly name: string;
  readonly title: string;
  readonly text: string;
  /** `ratios`: ours as a share of the floor's; `values`: ours and the floor's side by side. */
  readonly shows: "ratios" | "values";
}

/** In the order of the page. */
export const plotGroups: readonly PlotGroup[] = [
  {
    name: "reads-memory",
    title: "Reads from memory",
    shows: "ratios",
    text: `Requests per second as a share of a bare Hono route that gives the same bodies and headers from precomputed texts. Rows × features of
the peer's workload, 10,000 entities with ten int64 features in a view, and \`hit_predictor\` over all tracks of the domain.`,
  },
  {
    name: "reads-redis",
    title: "Reads from Redis",
    shows: "ratios",
    text: `With every cache off, beside the faster of two bare Hono applications that read packed rows through ioredis, in one pipeline, and
concatenate the same answer: one with a hash for each entity, one with the rows in buckets as Featstore has them. *Cached* is the same server
as it comes, beside a bare Hono route with every answer in memory.`,
  },
  {
    name: "floors",
    title: "The floors themselves",
    shows: "ratios",
    text: "Bare Hono as a share of node:http without a framework, both with every answer in memory.",
  },
  {
    name: "latency",
    title: "Latency at a constant rate",
    shows: "values",
    text: `Batches of 100 ids × 50 features, 50 a second. Requests leave at fixed times, whether or not earlier ones are answered, and each one's
latency counts from the time at which it was due: a server that stalls is charged for every request that it kept waiting.`,
  },
  {
    name: "publish",
    title: "Reads during a publication",
    shows: "values",
    text: `p99 of single reads, 200 a second in the same way, while five views of all tracks are computed anew and published, beside p99 in between;
and the same of a bare Hono route, which has nothing to do with it, for what the machine does meanwhile to whoever serves.`,
  },
  {
    name: "workers",
    title: "Two workers",
    shows: "values",
    text: `Single reads from memory, two workers beside one. On a machine of fewer than three cores the load generator takes a worker's core, so the
bar is on what the processor time of a request allows: workers ÷ processor time, all processes of the server counted.`,
  },
  {
    name: "endurance",
    title: "Over 100,000 reads",
    shows: "ratios",
    text: "The last tenth beside the first one after the warm-up.",
  },
  {
    name: "registry",
    title: "A hundred more views",
    shows: "values",
    text: "Single reads as a share of bare Hono's, before and after a hundred more views were registered.",
  },
  {
    name: "search",
    title: "Vector search",
    shows: "values",
    text: `The ten nearest by cosine, one search at a time over HTTP, beside the exact search in SQL on an own connection. Vectors are clusters in 32
dimensions, projected into the space, with noise in all of it; queries are none of them. Filters keep a random share of the rows.`,
  },
  {
    name: "recall",
    title: "Recall of vector search",
    shows: "values",
    text: "How many of the exact ten nearest were among the ten found, on average.",
  },
];

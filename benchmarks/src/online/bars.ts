import type { Bar } from "../figure";

interface Rule {
  /** The group of `Figure.plot`. */
  readonly group: string;
  readonly name: RegExp;
  readonly bar: Bar;
}

const atLeast = (value: number): Bar => ({ kind: "at least", value });
const atMost = (value: number): Bar => ({ kind: "at most", value });

/** Today's bars of online serving; the first rule that fits a figure counts. */
const rules: readonly Rule[] = [
  { group: "reads-memory", name: /^1 × /, bar: atLeast(0.8) },
  { group: "reads-redis", name: /^1 × 50 int64, redis$/, bar: atLeast(0.6) },
  // Rows wider than the peer's 50 features.
  { group: "reads-redis", name: /^1 × .*, redis$/, bar: atLeast(0.5) },
  { group: "reads-redis", name: /^100 × 50 int64, redis$/, bar: atLeast(0.8) },
  { group: "latency", name: /^p50 /, bar: { ...atMost(5), of: "ours" } },
  { group: "latency", name: /^p99 /, bar: { ...atMost(15), of: "ours" } },
  { group: "publish", name: /^p99 of single reads while .* are published, (memory|redis)$/, bar: atMost(1.5) },
  { group: "workers", name: /^two workers/, bar: atLeast(1.7) },
  { group: "endurance", name: /^mean latency /, bar: atMost(1.05) },
  { group: "endurance", name: /^resident memory /, bar: atMost(1.1) },
  { group: "search", name: /^p95 /, bar: { ...atMost(10), of: "ours" } },
  { group: "recall", name: /^recall/, bar: { ...atLeast(0.95), of: "ours" } },
];

/** Finds today's bar for a figure; null if it is only reported. */
export function barOf(group: string, name: string): Bar | null {
  return rules.find((rule) => rule.group === group && rule.name.test(name))?.bar ?? null;
}

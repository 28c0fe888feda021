import { createRandom, type Random, seedOf } from "./random";

export type Analyzer =
  | "algorithmic"
  | "qwen-3-4b-fp8"
  | "emotion-distilroberta"
  | "gemma-3-27b-it"
  | "ollama-llama3.1-8b";

/** A planned analysis row, without its values. */
export interface PlannedAnalysis {
  readonly analyzer: Analyzer;
  /** Null for the occasional row that lost its track. */
  readonly trackId: number | null;
  /** Event time in microseconds; occasionally null. */
  readonly createdAt: number | null;
  /** Arrival time in the database; later than the event, by weeks for late rows. */
  readonly ingestedAt: number;
  /** The seed of its values; equal for a row and its duplicate. */
  readonly valueSeed: number;
  /** 0 for an analyzer's first run over the tracks, 1 for a repeated analysis. */
  readonly round: 0 | 1;
}

const DAY = 86_400_000_000;
const HOUR = 3_600_000_000;

/** Analyzers in the order of their first runs. `again` is the share of the repeated analyses. */
const ANALYZERS: readonly { readonly name: Analyzer; readonly covers: number; readonly again: number }[] = [
  { name: "algorithmic", covers: 1, again: 0.1 },
  { name: "qwen-3-4b-fp8", covers: 1, again: 0.4 },
  { name: "emotion-distilroberta", covers: 0.85, again: 0.25 },
  { name: "gemma-3-27b-it", covers: 0.59, again: 0.2 },
  { name: "ollama-llama3.1-8b", covers: 0.03, again: 0.05 },
];

const common = (a: number, b: number): number => (b === 0 ? a : common(b, a % b));

/** Creates a deterministic permutation of [0, length), so that each analyzer has its own order of tracks. */
function createShuffle(length: number, seed: number): (rank: number) => number {
  const random = createRandom(seed);
  let step = Math.max(1, Math.floor(length * (0.3 + 0.4 * random.unit())));
  while (common(step, length) !== 1) step += 1;
  const start = random.below(Math.max(1, length));
  return (rank) => (rank * step + start) % length;
}

/**
 * Plans `analyses` rows over `tracks` tracks until `until` (microseconds): first each analyzer once over its share of the
 * tracks, then repeated analyses, a few tracks far more often than the rest. Row `index` depends only on the arguments.
 * Some repeated analyses are late, duplicated, have another row's exact time, or have no time or no track.
 */
export function planAnalyses(tracks: number, analyses: number, seed: number, until: number) {
  const counts = ANALYZERS.map(({ covers }) => (covers === 1 ? tracks : Math.floor(tracks * covers)));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const fits = Math.min(1, analyses / Math.max(1, total));
  let first = 0;
  const runs = ANALYZERS.map((analyzer, at) => {
    const covered = Math.floor((counts[at] ?? 0) * fits);
    const run = { ...analyzer, from: first, covered, trackOf: createShuffle(tracks, seedOf(seed, 1, at)) };
    first += covered;
    return run;
  });
  const firstAgain = first;
  const startAgain = until - 120 * DAY;
  const start = until - 400 * DAY;
  let againTotal = 0;
  const covering = runs
    .filter((run) => run.covered > 0)
    .map((run) => {
      againTotal += run.again;
      return { ...run, againUpTo: againTotal };
    });

  const timesOf = (index: number, random: Random) => {
    const [from, span, position, length] =
      index < firstAgain
        ? [start, 310 * DAY, index, firstAgain]
        : [startAgain, 120 * DAY - HOUR, index - firstAgain, analyses - firstAgain];
    const planned = from + Math.floor((span * (position + random.unit())) / length);
    const ingestedAt = planned + 1_000_000 + random.below(90_000_000);
    if (random.chance(0.02))
      return { createdAt: planned - Math.floor(45 * DAY * random.unit() * random.unit()), ingestedAt };
    // Some rows have whole hours.
    if (random.chance(0.03)) return { createdAt: planned - (planned % HOUR), ingestedAt };
    return { createdAt: planned, ingestedAt };
  };

  const own = (index: number): PlannedAnalysis => {
    const random = createRandom(seedOf(seed, 2, index));
    const times = timesOf(index, random);
    const valueSeed = seedOf(seed, 3, index);
    if (index < firstAgain) {
      const run = runs.findLast((each) => each.from <= index && each.covered > 0) ?? runs[0];
      const trackId = run === undefined ? null : run.trackOf(index - run.from) + 1;
      return { analyzer: run?.name ?? "algorithmic", trackId, ...times, valueSeed, round: 0 };
    }
    const draw = random.unit() * againTotal;
    const run = covering.find((each) => draw < each.againUpTo) ?? covering[0];
    const rank = Math.floor((run?.covered ?? 0) * random.unit() * random.unit() * random.unit());
    return {
      analyzer: run?.name ?? "algorithmic",
      trackId: run === undefined || random.chance(0.001) ? null : run.trackOf(rank) + 1,
      createdAt: random.chance(0.0005) ? null : times.createdAt,
      ingestedAt: times.ingestedAt,
      valueSeed,
      round: 1,
    };
  };

  const repeats = (index: number): "row" | "time" | "nothing" => {
    if (index <= firstAgain) return "nothing";
    const draw = createRandom(seedOf(seed, 4, index)).unit();
    return draw < 0.007 ? "row" : draw < 0.014 ? "time" : "nothing";
  };

  return {
    /** Returns the row of an index, 0 ≤ index < analyses. */
    analysisOf(index: number): PlannedAnalysis {
      const kind = repeats(index);
      if (kind === "nothing" || repeats(index - 1) !== "nothing") return own(index);
      const before = own(index - 1);
      return kind === "row" ? before : { ...before, valueSeed: seedOf(seed, 3, index) };
    },
  };
}

import { createTimeReader, type Fault, FeatstoreError, hashShare } from "../../core/index";

/** The rule that divides rows into parts. Fractions sum to 1. */
export type Split =
  | { readonly by: "time"; readonly cuts: readonly string[]; readonly parts?: readonly string[] | undefined }
  | { readonly by: "hash"; readonly parts: Readonly<Record<string, number>> }
  | { readonly by: "group"; readonly column: string; readonly parts: Readonly<Record<string, number>> };

/** The fields of a row that a split uses. */
export interface SplitRow {
  readonly keys: readonly string[];
  readonly asOf: string;
  /** The text of the group column's value; null if it has none. */
  readonly group: string | null;
}

export interface Splitter {
  readonly parts: readonly string[];
  partOf(row: SplitRow): string;
}

const PART = /^[a-z][a-z0-9_]{0,39}$/;

/**
 * Checks a split and creates its splitter. By time: rows before the first cut go to the first part, rows at or after the
 * last cut to the last part. By hash or group: SHA-256 of the text decides, so that a key keeps its part as the data
 * grows. Errors: `split_invalid`.
 */
export function createSplitter(split: Split): Splitter {
  return split.by === "time" ? timeSplitter(split.cuts, split.parts) : hashSplitter(split);
}

function timeSplitter(cuts: readonly string[], names: readonly string[] | undefined): Splitter {
  const readTime = createTimeReader(null);
  const times = cuts.map((cut, index) => {
    const time = readTime(cut);
    if ("detail" in time) throw invalid([{ path: `split.cuts[${index}]`, detail: time.detail }]);
    return time.micros;
  });
  if (times.length === 0) throw invalid([{ path: "split.cuts", detail: "expected at least one time" }]);
  if (times.some((time, index) => index > 0 && time <= (times[index - 1] ?? 0n)))
    throw invalid([{ path: "split.cuts", detail: "expected each time to be later than the one before" }]);
  const parts = names ?? defaultParts(times.length + 1);
  if (parts.length !== times.length + 1)
    throw invalid([{ path: "split.parts", detail: `${times.length} cuts make ${times.length + 1} parts` }]);
  checkNames(parts);
  return {
    parts,
    partOf({ asOf }) {
      const time = readTime(asOf);
      const micros = "micros" in time ? time.micros : 0n; // the row was checked
      return parts[times.filter((cut) => micros >= cut).length] ?? "";
    },
  };
}

function defaultParts(count: number): readonly string[] {
  if (count === 2) return ["train", "test"];
  return count === 3
    ? ["train", "validation", "test"]
    : Array.from({ length: count }, (_, index) => `part_${index + 1}`);
}

function hashSplitter(split: Extract<Split, { parts: Readonly<Record<string, number>> }>): Splitter {
  const parts = Object.keys(split.parts);
  checkNames(parts);
  const fractions = Object.values(split.parts);
  const sum = fractions.reduce((total, fraction) => total + fraction, 0);
  if (parts.length < 2) throw invalid([{ path: "split.parts", detail: "expected at least two parts" }]);
  if (fractions.some((fraction) => !(fraction > 0)) || Math.abs(sum - 1) > 1e-9)
    throw invalid([{ path: "split.parts", detail: "expected fractions above 0 that sum to 1" }]);
  const bounds = fractions.map((_, index) => fractions.slice(0, index + 1).reduce((total, each) => total + each, 0));
  return {
    parts,
    partOf({ keys, group }) {
      // Rows without a group value form one group.
      const share = hashShare(split.by === "hash" ? keys : group === null ? [] : [group]);
      return parts[bounds.findIndex((bound) => share < bound)] ?? parts.at(-1) ?? "";
    },
  };
}

function checkNames(parts: readonly string[]): void {
  const wrong = parts.find((part) => !PART.test(part));
  if (wrong !== undefined)
    throw invalid([{ path: "split.parts", detail: `expected a name such as train, got "${wrong.slice(0, 60)}"` }]);
  if (new Set(parts).size < parts.length) throw invalid([{ path: "split.parts", detail: "duplicate name" }]);
}

function invalid(errors: readonly Fault[]): FeatstoreError {
  const [first] = errors;
  return new FeatstoreError("split_invalid", `${first?.path}: ${first?.detail}.`, { errors });
}

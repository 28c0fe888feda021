import { FeatstoreError } from "../../core/index";
import type { Split } from "./split";

const FORMS = "time:2026-01-01T00:00:00Z[,…], hash:train=0.8,test=0.2 or group:speaker:train=0.8,test=0.2";

/**
 * Parses the text form of a split, used on the command line and in queries. Errors: `split_invalid`.
 *
 * @example parseSplit("group:speaker:train=0.8,test=0.2")
 */
export function parseSplit(text: string): Split {
  const colon = text.indexOf(":");
  const by = text.slice(0, Math.max(0, colon));
  const rest = text.slice(colon + 1);
  if (by === "time") return { by, cuts: rest.split(",").map((cut) => cut.trim()) };
  if (by === "hash") return { by, parts: partsOf(rest, text) };
  // A column name may contain a colon; a part name may not.
  const last = rest.lastIndexOf(":");
  if (by === "group" && last > 0)
    return { by, column: rest.slice(0, last), parts: partsOf(rest.slice(last + 1), text) };
  throw unreadable(text);
}

function partsOf(text: string, whole: string): Readonly<Record<string, number>> {
  const parts = text.split(",").map((part): [string, number] => {
    const [, name, fraction] = /^\s*([a-z][a-z0-9_]*)\s*=\s*(\d*\.?\d+)\s*$/.exec(part) ?? [];
    if (name === undefined || fraction === undefined) throw unreadable(whole);
    return [name, Number(fraction)];
  });
  if (new Set(parts.map(([name]) => name)).size < parts.length) throw unreadable(whole);
  return Object.fromEntries(parts);
}

function unreadable(text: string): FeatstoreError {
  return new FeatstoreError("split_invalid", `Invalid split "${text.slice(0, 100)}": write ${FORMS}.`, {
    errors: [{ path: "split", detail: `expected ${FORMS}` }],
  });
}

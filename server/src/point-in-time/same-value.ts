import type { Feature } from "@featstore/definitions/compiler";
import { inexactAggregates } from "../engine/index";

type Compared = Pick<Feature, "type" | "expression">;

const TOLERANCE = 1e-12;
/** The relative distance between neighbouring float32 values: two sums may round to either side of a midpoint. */
const FLOAT32_STEP = 1.2e-7;

/**
 * Returns whether two JSON texts are the same value of the feature. Float sums may differ by 1e-12 of
 * `magnitude`, the sum of what was added up without its signs, or of the greater of the two.
 *
 * @example isSameValue(feature, "0.30000000000000004", "0.3", 0.6);
 */
export function isSameValue(feature: Compared, left: string, right: string, magnitude = 0): boolean {
  if (left === right) return true;
  if (left === "null" || right === "null") return false;
  const { type } = feature;
  if (type === "float64" || type === "float32") {
    const [a, b] = [Number(left), Number(right)];
    if (a === b) return true;
    if (inexactAggregates(feature).length === 0) return false;
    const max = Math.max(Math.abs(a), Math.abs(b));
    const step = type === "float32" ? FLOAT32_STEP * max : 0;
    return Math.abs(a - b) <= Math.max(step, TOLERANCE * Math.max(magnitude, max));
  }
  // Texts may be escaped, and numbers written, in several ways; in json every digit counts.
  return type !== "json" && JSON.stringify(JSON.parse(left)) === JSON.stringify(JSON.parse(right));
}

import { FeatstoreError } from "../../core/index";

/** A requested label: a feature's value at a given horizon after the spine row's time. */
export interface LabelRequest {
  /** `view.feature` or `view@2.feature`. */
  readonly feature: string;
  /** `7d`: a whole number of days, hours, minutes or seconds (`d h m s`), above zero. */
  readonly horizon: string;
  /** The column name; `label.<view>.<feature>` by default. */
  readonly name?: string | undefined;
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const MAX_DAYS = 36_500;
const FORM = "view.feature@7d, or name=view.feature@7d";

/**
 * Parses a horizon into seconds. Errors: `label_invalid` if it is malformed, zero or negative: such a label would be a
 * feature, known at the spine row's own time.
 *
 * @example horizonSeconds("7d", "labels[0].horizon") // 604800
 */
export function horizonSeconds(text: string, path: string): number {
  const [, digits = "", unit = ""] = /^(-?\d{1,10})([dhms])$/.exec(text) ?? [];
  if (digits === "")
    throw invalidLabel(path, `expected a horizon such as 7d, 12h, 30m or 45s, got "${text.slice(0, 40)}"`);
  const seconds = Number(digits) * (SECONDS[unit] ?? 1);
  if (seconds <= 0)
    throw invalidLabel(
      path,
      `expected a horizon above zero, got ${text}: at the as-of time the value is known already`,
    );
  if (seconds > MAX_DAYS * 86_400) throw invalidLabel(path, `${text} is longer than ${MAX_DAYS}d`);
  return seconds;
}

/**
 * Parses the text form of a label, used on the command line and in queries. Errors: `label_invalid`.
 *
 * @example parseLabel("churned=activity@2.is_gone@30d") // { name: "churned", feature: "activity@2.is_gone", horizon: "30d" }
 */
export function parseLabel(text: string): LabelRequest {
  const [, name, feature, horizon] = /^(?:([^=]+)=)?([^=]+)@([^@.=]+)$/.exec(text) ?? [];
  if (feature === undefined || horizon === undefined)
    throw invalidLabel("labels", `expected ${FORM}, got "${text.slice(0, 100)}"`);
  return { feature, horizon, ...(name === undefined ? {} : { name }) };
}

/** Creates a `label_invalid` error for one label. */
export function invalidLabel(path: string, detail: string): FeatstoreError {
  return new FeatstoreError("label_invalid", `${path}: ${detail}.`, { errors: [{ path, detail }] });
}

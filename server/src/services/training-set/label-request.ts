import { FeatstoreError } from "../../errors";

/** A label as it is asked for: a feature's value so much later than the spine row's time. */
export interface LabelRequest {
  /** `view.feature` or `view@2.feature`. */
  readonly feature: string;
  /** `7d`: a whole number of days, hours, minutes or seconds (`d h m s`), above zero. */
  readonly horizon: string;
  /** Its column; `label.<view>.<feature>` by default. */
  readonly name?: string | undefined;
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const MAX_DAYS = 36_500;
const FORM = "view.feature@7d, or name=view.feature@7d";

/**
 * Seconds of a horizon. Errors: `label_invalid` where it cannot be read, or is zero or negative: such a label would be a
 * feature, known at the spine row's own time.
 *
 * @example horizonSeconds("7d", "labels[0].horizon") // 604800
 */
export function horizonSeconds(text: string, path: string): number {
  const [, digits = "", unit = ""] = /^(-?\d{1,10})([dhms])$/.exec(text) ?? [];
  if (digits === "") throw invalidLabel(path, `"${text.slice(0, 40)}" is no horizon such as 7d, 12h, 30m or 45s`);
  const seconds = Number(digits) * (SECONDS[unit] ?? 1);
  if (seconds <= 0)
    throw invalidLabel(
      path,
      `a label lies after the as-of time, and ${text} does not: its value would be known already`,
    );
  if (seconds > MAX_DAYS * 86_400) throw invalidLabel(path, `${text} is longer than ${MAX_DAYS}d`);
  return seconds;
}

/**
 * A label in one text, as command lines and queries write it. Errors: `label_invalid`.
 *
 * @example parseLabel("churned=activity@2.is_gone@30d") // { name: "churned", feature: "activity@2.is_gone", horizon: "30d" }
 */
export function parseLabel(text: string): LabelRequest {
  const [, name, feature, horizon] = /^(?:([^=]+)=)?([^=]+)@([^@.=]+)$/.exec(text) ?? [];
  if (feature === undefined || horizon === undefined)
    throw invalidLabel("labels", `"${text.slice(0, 100)}" is no label: write ${FORM}`);
  return { feature, horizon, ...(name === undefined ? {} : { name }) };
}

/** A problem about one label. */
export function invalidLabel(path: string, detail: string): FeatstoreError {
  return new FeatstoreError("label_invalid", `${path}: ${detail}.`, { errors: [{ path, detail }] });
}

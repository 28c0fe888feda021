import type { FeatureView } from "@featstore/definitions";
import type { BrokenContract, RowBoundCode, RunWarning } from "../../stores/offline-store";

/** Of views that declare no `maxShrink`: a run that loses a larger share of the served rows is published with a warning. */
const UNDECLARED_SHRINK = 0.2;

/** A filled generation with fewer rows than its view promises, and that nobody forced through. */
export class RowBoundError extends Error {
  override readonly name = "RowBoundError";

  constructor(
    readonly code: RowBoundCode,
    broken: string,
    table: string,
    /** Its contracts that are broken as well. */
    readonly brokenContracts: readonly BrokenContract[],
  ) {
    super(
      `${broken}. The generation is not served; it is kept as features.${table} until the next run of the view that ends so ` +
        'or is published. Correct the source or the bound, or publish it by featstore materialize --force --reason "…".',
    );
  }
}

export interface RowBounds {
  /** The bound that does not hold. */
  readonly broken: { readonly code: RowBoundCode; readonly message: string } | null;
  readonly warnings: readonly RunWarning[];
}

/** Compares a filled generation's number of rows with what its view promises. `served`: the rows served so far, null where none are. */
export function checkRowBounds(
  { minimumRows, maximumShrink }: Pick<FeatureView, "minimumRows" | "maximumShrink">,
  rows: number,
  served: number | null,
): RowBounds {
  if (minimumRows !== undefined && rows < minimumRows) {
    return {
      broken: { code: "too_few_rows", message: `It has ${rowsText(rows)}, and minRows is ${minimumRows}` },
      warnings: [],
    };
  }
  const lost = served === null || served <= rows ? 0 : (served - rows) / served;
  if (lost <= (maximumShrink ?? UNDECLARED_SHRINK)) return { broken: null, warnings: [] };
  const shrink = `It has ${rowsText(rows)}, and ${rowsText(served ?? 0)} served so far: ${percentText(lost)} are gone`;
  if (maximumShrink !== undefined) {
    return {
      broken: { code: "too_many_rows_lost", message: `${shrink}, and maxShrink is ${maximumShrink}` },
      warnings: [],
    };
  }
  const message = `${shrink}. If that is wrong, correct the source and materialize again; maxShrink in the definition stops such a run`;
  return { broken: null, warnings: [{ code: "rows_lost", message }] };
}

function rowsText(rows: number): string {
  return rows === 1 ? "1 row" : `${rows} rows`;
}

function percentText(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

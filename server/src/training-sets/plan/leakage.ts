import type { ResultColumn } from "../output/result-column";
import type { Cell } from "../spine/spine-row";

/** The share of copies from which a training set is refused, and the share from which a feature is reported. */
const REFUSED_SHARE = 0.99;
const NAMED_SHARE = 0.9;
/** With fewer rows in which both have a value, a feature may equal a label by chance. */
const MIN_ROWS = 20;
/** Groups with fewer rows are not evaluated. */
const MIN_GROUP_ROWS = 5;

/** A feature that leaks a label. */
export interface LeakingFeature {
  readonly feature: string;
  readonly label: string;
  /** Rows in which both have a value, and the number of those with equal values. */
  readonly rows: number;
  readonly equal: number;
  /**
   * The share of equal values: the smallest of the shares over all rows, over the rows with the label's first value and
   * over the other rows, so that a rare value counts as much as a common one.
   */
  readonly share: number;
  readonly advice: string;
}

/** Reports how far features reveal the labels. */
export interface LeakageReport {
  /** Features with a share of at least 0.9, in descending order. */
  readonly features: readonly LeakingFeature[];
  /** Hints that do not refuse the training set. */
  readonly notes: readonly string[];
  /** True if a feature has a share of at least 0.99; the training set is then refused. */
  readonly refused: boolean;
}

const COMPARED: ReadonlySet<string> = new Set([
  ...["bool", "int32", "int64", "float32", "float64", "decimal", "string", "timestamp", "date", "uuid"],
]);

/**
 * Compares features with labels row by row, with constant memory. Texts are compared with texts; numbers and booleans
 * by value, whatever their types.
 */
export function createLeakageCheck(features: readonly ResultColumn[], labels: readonly ResultColumn[]) {
  const pairs = labels.flatMap((label, labelIndex) =>
    COMPARED.has(label.type)
      ? features.flatMap((feature, featureIndex) =>
          COMPARED.has(feature.type)
            ? [
                {
                  feature,
                  featureIndex,
                  label,
                  labelIndex,
                  first: { rows: 0, equal: 0 },
                  others: { rows: 0, equal: 0 },
                },
              ]
            : [],
        )
      : [],
  );
  const firsts = new Map<number, Cell>();
  return {
    see(featureCells: readonly Cell[], labelCells: readonly Cell[]): void {
      for (const [index, cell] of labelCells.entries())
        if (cell !== null && !firsts.has(index)) firsts.set(index, cell);
      for (const { featureIndex, labelIndex, first, others } of pairs) {
        const [value, label] = [featureCells[featureIndex] ?? null, labelCells[labelIndex] ?? null];
        if (value === null || label === null) continue;
        const group = isEqual(label, firsts.get(labelIndex) ?? null) ? first : others;
        group.rows += 1;
        if (isEqual(value, label)) group.equal += 1;
      }
    },
    report(notes: readonly string[]): LeakageReport {
      // A constant nearly always equals a common label but never a rare one, so both groups must match.
      const confirmed = pairs.filter(({ first, others }) => first.equal > 0 && others.equal > 0);
      const isRefused = ({ feature, label, share }: LeakingFeature): boolean =>
        share >= REFUSED_SHARE && confirmed.some((pair) => pair.feature.name === feature && pair.label.name === label);
      const found = pairs
        .map(({ feature, label, first, others }): LeakingFeature => {
          const [rows, equal] = [first.rows + others.rows, first.equal + others.equal];
          const groups = [first, others].filter((group) => group.rows >= MIN_GROUP_ROWS);
          const shares = [equal / rows, ...groups.map((group) => group.equal / group.rows)];
          const isCompared = rows >= MIN_ROWS && first.rows > 0 && others.rows > 0;
          const share = isCompared ? Math.min(...shares) : 0;
          return { feature: feature.name, label: label.name, rows, equal, share, advice: adviceOf(feature, label) };
        })
        .filter(({ share }) => share >= NAMED_SHARE)
        .sort((left, right) => right.share - left.share);
      return { features: found, notes, refused: found.some(isRefused) };
    },
  };
}

function adviceOf(feature: ResultColumn, label: ResultColumn): string {
  return label.role === "label"
    ? `"${feature.name}" already has the label's value: leave it out, or use a longer horizon.`
    : `"${feature.name}" already has the label's value: leave it out, or use as-of times before the label was known.`;
}

/** Compares two JSON texts. */
function isEqual(left: string, right: Cell): boolean {
  if (right === null) return false;
  if (left === right) return true;
  const [one, other] = [plain(left), plain(right)];
  if (one === other) return true;
  return (
    NUMBER.test(one) &&
    NUMBER.test(other) &&
    !(INTEGER.test(one) && INTEGER.test(other)) &&
    Number(one) === Number(other)
  );
}

const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;
const INTEGER = /^-?\d+$/;

function plain(json: string): string {
  if (json === "true") return "1";
  if (json === "false") return "0";
  return json.startsWith('"') ? String(JSON.parse(json)) : json;
}

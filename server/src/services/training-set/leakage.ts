import type { ResultColumn } from "./result-column";
import type { Cell } from "./spine-row";

/** From what share of copies on a training set is refused, and from what share on a feature is named. */
const REFUSED_SHARE = 0.99;
const NAMED_SHARE = 0.9;
/** With fewer rows where both have a value, a feature may equal a label by chance. */
const MIN_ROWS = 20;
/** With fewer rows one of the two groups says nothing. */
const MIN_GROUP_ROWS = 5;

/** A feature that gives a label away. */
export interface LeakingFeature {
  readonly feature: string;
  readonly label: string;
  /** Rows where both have a value, and of those the ones where the values are equal. */
  readonly rows: number;
  readonly equal: number;
  /**
   * The share of equal values: the smallest of that among all rows, among those of the label's first value and among the
   * others, so that a rare value counts as much as a common one.
   */
  readonly share: number;
  readonly advice: string;
}

/** How far the labels are known at the rows' own times already. */
export interface LeakageReport {
  /** Features with a share of at least 0.9, the largest first. */
  readonly features: readonly LeakingFeature[];
  /** What is no fault, and worth knowing. */
  readonly notes: readonly string[];
  /** Whether a feature has a share of at least 0.99, which refuses the training set. */
  readonly refused: boolean;
}

const COMPARED: ReadonlySet<string> = new Set([
  ...["bool", "int32", "int64", "float32", "float64", "decimal", "string", "timestamp", "date", "uuid"],
]);

/**
 * Compares features with labels row by row, in memory that does not grow with the rows. Texts equal texts; numbers and
 * truth values equal by value, whatever their types.
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
      // A constant equals a common label nearly always, and a rare one never, however few rows that has.
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
    ? `"${feature.name}" has the label's value already: leave it out, or take a longer horizon.`
    : `"${feature.name}" has the label's value already: leave it out, or take as-of times before the label was known.`;
}

/** Of two JSON texts. */
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

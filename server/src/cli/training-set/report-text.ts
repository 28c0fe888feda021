import type { LabelReport, TrainingManifest } from "../../training-sets/index";
import { table } from "../kit/table";
import { unparsedLines } from "../kit/unparsed-lines";

/** The number of most frequent label values in the report; the manifest has up to fifty. */
const SHOWN_VALUES = 10;

/** How each view was joined to the spine; it explains long run times. */
const PLANS = [
  {
    plan: "join",
    does: "each spine row was joined with its key's source rows; pairs: their number, not counted if no key is frequent",
  },
  {
    plan: "running",
    does: "spine and source were read once, in order of time, since there were too many pairs to join",
  },
] as const;

/** Describes a finished training set for a terminal. */
export function reportText(manifest: TrainingManifest, isReused: boolean, out: string): string {
  const { id, result, views, split, options, rerun } = manifest;
  const parts = Object.entries(split);
  const names = Object.keys(parts[0]?.[1].labels ?? {});
  const unknown = manifest.columns.filter(({ without_history }) => without_history === true).map(({ name }) => name);
  return [
    `${out}: ${result.rows === 1 ? "1 row" : `${result.rows} rows`}, ${manifest.columns.length} columns, ${result.bytes} bytes`,
    `training set ${id}${isReused ? ", reused" : ""}, sha256 ${result.sha256}`,
    "",
    table(
      ["view", "plan", "pairs", "missing", "expired", "no history"],
      views.map(({ view, version, plan, joined_rows, rows }) => [
        `${view}@${version}`,
        plan,
        joined_rows === 0 ? "not counted" : String(joined_rows),
        String(rows.missing),
        String(rows.expired),
        String(rows.without_history),
      ]),
    ),
    "",
    ...PLANS.filter(({ plan }) => views.some((view) => view.plan === plan)).map(({ plan, does }) => `${plan}: ${does}`),
    ...(views.every(({ rows }) => rows.missing === 0)
      ? []
      : [
          "missing: the key has no row as of its time; unknown keys are among them, and all of their features are null, also counts",
        ]),
    ...(unknown.length === 0
      ? []
      : ["", `null in all rows, since their source keeps no history: ${unknown.join(", ")}`]),
    ...(views.every(({ rows }) => rows.without_history === 0)
      ? []
      : [
          "",
          "no history: rows before the first run of a view whose source is updated in place; its features are null in them",
        ]),
    ...lostLines(manifest),
    ...manifest.labels.flatMap((label) => ["", labelLine(label, result.rows)]),
    ...leakageLines(manifest),
    ...(options.split === null && names.length === 0
      ? []
      : [
          "",
          table(
            ["split", "rows", ...names],
            parts.map(([part, { rows, labels }]) => [
              part,
              String(rows),
              ...names.map((name) => labelText(labels[name])),
            ]),
          ),
        ]),
    ...(manifest.warnings ?? []).flatMap(({ code, message }) => ["", `warning: ${code}: ${message}`]),
    ...(rerun === null ? [] : ["", `rerun of ${rerun.of}: ${rerun.detail}`]),
  ].join("\n");
}

function lostLines({ unparsed = [] }: TrainingManifest): readonly string[] {
  const lines = unparsedLines(unparsed.map(({ column, ...lost }) => ({ name: column, ...lost })));
  return lines.length === 0 ? [] : ["", ...lines];
}

function labelText(label: LabelReport | undefined): string {
  if (label === undefined) return "";
  const nulls = label.nulls === 0 ? "" : `, null: ${label.nulls}`;
  if (label.values !== null) {
    const frequent = Object.entries(label.values).sort(([, left], [, right]) => right - left);
    const shown = frequent.slice(0, SHOWN_VALUES).map(([value, rows]) => `${value}: ${rows}`);
    const others = frequent.length - shown.length;
    const more = others === 0 ? [] : [others === 1 ? "1 more value" : `${others} more values`];
    return `${[...shown, ...more].join(", ")}${nulls}`.replace(/^, /, "");
  }
  return `${label.numbers === null ? "more than 50 values" : `mean ${label.numbers.mean}`}${nulls}`;
}

function labelLine({ name, known_until: until, rows }: TrainingManifest["labels"][number], of: number): string {
  const later = until === null ? "its source has no fact" : `their times are after ${until}`;
  return [
    `${name}: ${of - rows.null} of ${of} rows have a label`,
    ...(rows.not_known_yet === 0 ? [] : [`${rows.not_known_yet} are not known yet, as ${later}`]),
    ...(rows.already_visible === 0 ? [] : [`${rows.already_visible} did not move since the as-of time`]),
  ].join("; ");
}

function leakageLines({ leakage: { features, notes }, options }: TrainingManifest): readonly string[] {
  const leaks = features.map(
    ({ feature, label, share, rows, advice }) =>
      `leakage: ${feature} equals ${label} in ${(share * 100).toFixed(1)} % of ${rows} rows. ${advice}`,
  );
  const lines = [...leaks, ...notes.map((note) => `note: ${note}`)];
  const allowed = options.allowLeakage === null || leaks.length === 0 ? [] : [`allowed: ${options.allowLeakage}`];
  return lines.length === 0 ? [] : ["", ...lines, ...allowed];
}

import type { profileDocument } from "../../quality/index";
import { table } from "../kit/table";

type ProfileDocument = ReturnType<typeof profileDocument>;

/** Writes a profile as tables: a line for each feature, then frequent values, vectors and tenants. */
export function profileText(document: ProfileDocument): string {
  const { view, version, generation, rows, as_of, scopes } = document;
  const features = Object.entries(document.features);
  const unserved = document.published_at === null ? "; it broke a contract and is not served" : "";
  const sections = [
    `${view}@${version}, generation ${generation}: ${rows} rows as of ${as_of}${unserved}`,
    table(
      ["feature", "type", "nulls", "distinct", "least", "p05", "p50", "p95", "most", "mean", "deviation"],
      features.map(([name, { type, null_fraction, distinct, minimum, maximum, quantiles, mean, deviation }]) => [
        name,
        type,
        null_fraction === null ? "" : percent(null_fraction),
        distinct === null ? "" : String(distinct),
        cell(minimum),
        // Quantiles of times are seconds, which are hard to read.
        ...(type === "timestamp" || type === "date"
          ? ["", "", "", cell(maximum), "", ""]
          : [
              cell(quantiles?.p05 ?? null),
              cell(quantiles?.p50 ?? null),
              cell(quantiles?.p95 ?? null),
              cell(maximum),
              cell(mean),
              cell(deviation),
            ]),
      ]),
    ),
  ];
  const top = features.flatMap(([name, { top_values }]) =>
    top_values === null || top_values.length === 0
      ? []
      : [`${name}: ${top_values.map(({ value, rows: count }) => `${JSON.stringify(cut(value))} ${count}`).join(", ")}`],
  );
  const vectors = features.flatMap(([name, { norms, duplicate_share }]) =>
    norms === null
      ? []
      : [
          `${name}: length ${cell(norms.minimum)} to ${cell(norms.maximum)}, mean ${cell(norms.mean)}; ${percent(duplicate_share ?? 0)} duplicates`,
        ],
  );
  if (top.length > 0) sections.push(["Frequent values", ...top].join("\n"));
  if (vectors.length > 0) sections.push(["Vectors", ...vectors].join("\n"));
  if (scopes !== null) {
    const largest = scopes.largest
      .slice(0, 10)
      .map((scope) => [scope.tenant === "" ? "(shared)" : scope.tenant, String(scope.rows)]);
    sections.push([`Tenants: ${scopes.count}`, table(["tenant", "rows"], largest)].join("\n"));
  }
  return sections.join("\n\n");
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share > 0 && share < 0.001 ? 3 : 1)} %`;
}

function cell(value: number | string | null): string {
  if (value === null) return "";
  return typeof value === "string" ? cut(value) : String(Number(value.toPrecision(5)));
}

function cut(text: string): string {
  const characters = [...text];
  return characters.length <= 30 ? text : `${characters.slice(0, 29).join("")}…`;
}

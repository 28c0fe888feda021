import type { UsageRow } from "./report-store";

/** Writes rows of a report as CSV (RFC 4180). `withOrganisation`: begins each row with its organisation's id and name. */
export function usageCsv(
  rows: readonly UsageRow[],
  groupColumns: readonly string[],
  { withOrganisation, hasMore }: { readonly withOrganisation: boolean; readonly hasMore: boolean },
): string {
  const header = [
    ...(withOrganisation ? ["organisation", "organisation_name"] : []),
    ...groupColumns,
    ...["requests", "rows"],
    ...(hasMore ? ["bytes", "errors", "p50_ms", "p95_ms", "p99_ms"] : []),
  ];
  const lines = rows.map(({ organisation, organisationName, group, requests, rows: read, more }) => [
    ...(withOrganisation ? [organisation, organisationName] : []),
    ...groupColumns.map((column) => group[column] ?? null),
    ...[requests, read],
    ...(more === null
      ? []
      : [more.bytes, more.errors, more.latency?.p50 ?? null, more.latency?.p95 ?? null, more.latency?.p99 ?? null]),
  ]);
  return [header, ...lines].map((cells) => `${cells.map(cell).join(",")}\r\n`).join("");
}

function cell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  // A spreadsheet would run a name such as `=1+1` as a formula.
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

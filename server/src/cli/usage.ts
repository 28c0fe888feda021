import {
  createUsageReports,
  GROUPINGS,
  groupColumns,
  type UsageQuery,
  type UsageRow,
  usageCsv,
  usageQuery,
  usageRowDocument,
} from "../usage/index";
import { refusedOption } from "./kit/checked-options";
import { defineFeatstoreCommand } from "./kit/command";
import { nowMicros } from "./kit/now-micros";
import { withDatabase } from "./kit/session";
import { table } from "./kit/table";

export const usage = defineFeatstoreCommand({
  name: "usage",
  summary: "Shows what organisations and keys used, as the input of billing",
  args: {
    organisation: { type: "string", description: "Only this organisation, org_… (default: all)", valueHint: "id" },
    from: { type: "string", description: "The first day in UTC (default: the first of the month)", valueHint: "day" },
    to: { type: "string", description: "The last day in UTC (default: today)", valueHint: "day" },
    by: { type: "string", description: `A row for each of: ${GROUPINGS.join(", ")}`, valueHint: "group" },
    csv: { type: "boolean", description: "Print CSV (RFC 4180)" },
  },
  examples: [
    { line: "featstore usage", does: "this month, by organisation" },
    { line: "featstore usage --from 2026-01-01 --to 2026-01-31 --csv", does: "one month's bill" },
    { line: "featstore usage --organisation org_k3v7w2q5m4x6p2ab --by key", does: "one organisation's keys" },
  ],
  run: (args, io) => {
    const { query: parsed, faults } = usageQuery(args, Number(nowMicros()), GROUPINGS);
    if (faults.length > 0) throw refusedOption(faults);
    const { organisation } = args;
    const query: UsageQuery = {
      ...parsed,
      subject: organisation === undefined ? { kind: "all" } : { kind: "organisation", id: organisation },
    };
    return withDatabase(args, io, "require", async ({ database }) => {
      const rows = await createUsageReports(database).rows(query);
      const json = { from: query.from, to: query.to, by: query.by, usage: rows.map(rowDocument) };
      if (args.csv === true && args.json !== true) {
        io.stdout(usageCsv(rows, groupColumns(query.by), { withOrganisation: true, hasMore: query.by !== "view" }));
        return {};
      }
      return {
        json,
        text: rows.length === 0 ? `Nothing was used from ${query.from} to ${query.to}.` : textOf(query, rows),
      };
    });
  },
});

function rowDocument(row: UsageRow) {
  return { organisation: row.organisation, organisation_name: row.organisationName, ...usageRowDocument(row) };
}

function textOf({ by }: UsageQuery, rows: readonly UsageRow[]): string {
  const columns = groupColumns(by);
  const hasMore = by !== "view";
  const header = [
    "organisation",
    "name",
    ...columns,
    "requests",
    "rows",
    ...(hasMore ? ["bytes", "errors", "p95 ms"] : []),
  ];
  return table(
    header,
    rows.map(({ organisation, organisationName, group, requests, rows: read, more }) => [
      organisation ?? "(operator)",
      organisationName ?? "",
      ...columns.map((column) => String(group[column])),
      ...[requests, read].map(String),
      ...(more === null ? [] : [String(more.bytes), String(more.errors), String(more.latency?.p95 ?? "")]),
    ]),
  );
}

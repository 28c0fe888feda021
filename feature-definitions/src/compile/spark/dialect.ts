import { createDialect } from "../text/dialect";
import type { DialectParts, SourceRelation } from "../text/dialect-parts";
import { atom } from "../text/rendered";
import { aggregateCall, orderings } from "./aggregate";
import { renderOwn } from "./expression";
import { ownCall } from "./function";
import { indent, quoteName, quoteTable, quoteText } from "./quote";
import { sparkScalars } from "./scalar";
import { filesViewName, tableViewName } from "./source-views";
import { castName, inType } from "./types";

export const sparkParts: DialectParts = {
  castName,
  inType,
  quoteName,
  quoteText,
  placeholder: (number) => `:p${number}`,
  indent,
  scalars: sparkScalars,
  aggregate: aggregateCall,
  expression: renderOwn,
  dataset: null,
  orderings,
  source: renderSource,
  textConstant: quoteText,
  listOf: (items) => `array(${items})`,
  withoutNulls: (list) => `array_compact(${list})`,
  instantOf: ({ text }, zone) =>
    zone === "'UTC'"
      ? atom(`cast(${text} as timestamp)`, "timestamp")
      : ownCall("instant_of", [`cast(${text} as timestamp)`, zone], "timestamp"),
  localOf: ({ text }, zone) =>
    atom(
      zone === "'UTC'"
        ? `cast(${text} as timestamp_ntz)`
        : `cast(from_utc_timestamp(${text}, ${zone}) as timestamp_ntz)`,
    ),
  // Both bounds of a frame have one type.
  framePeriod: (seconds, excludesStart) =>
    `interval '${excludesStart ? `${seconds - 1}.999999` : `${seconds}.000000`}' second`,
  filtersWindows: false,
  jsonNull: "'null'",
  earliestTime: "timestamp'-4000-01-01 00:00:00'",
  byCodePoint: "",
  existing: " 1",
  firstRows: "where",
  fences: { materialized: "", computedOnce: null },
};

/** The dialect of Spark 4, for a session with `sparkSettings` that has run `sparkFunctions`. Parameters are named `p1`, `p2`, … */
export const sparkDialect = createDialect(sparkParts, {
  keepsInputOrder: false,
  numbersAllRows: false,
  underestimatesJoins: false,
  joinsAsOf: false,
  windowsSkipNulls: true,
  windowsOrderRows: true,
});

function renderSource(relation: SourceRelation, alias: string): string {
  if (relation.kind === "table" && relation.schema === null && relation.table === alias) return quoteName(alias);
  return `${relationText(relation)} as ${quoteName(alias)}`;
}

function relationText(relation: SourceRelation): string {
  switch (relation.kind) {
    case "table":
      return quoteTable(relation.schema, relation.table);
    case "query":
      return `(\n${indent(relation.text.trim().replace(/;\s*$/, ""))}\n)`;
    case "files":
      return quoteName(filesViewName(relation));
    case "iceberg":
      return quoteName(tableViewName(relation));
    default:
      return relation satisfies never;
  }
}

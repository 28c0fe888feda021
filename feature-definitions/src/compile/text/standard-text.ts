import type { DialectParts } from "./dialect-parts";
import { intervalText } from "./interval-text";
import { indent, quoteName, quoteText } from "./quote";
import { compound, operand } from "./rendered";

/** The parts that PostgreSQL and DuckDB write alike. */
export const standardText: Pick<
  DialectParts,
  "quoteName" | "quoteText" | "placeholder" | "indent" | "instantOf" | "localOf" | "framePeriod" | "filtersWindows"
> = {
  quoteName,
  quoteText,
  placeholder: (number) => `$${number}`,
  indent,
  instantOf: (local, zone) => compound(`${operand(local)} at time zone ${zone}`, "timestamp"),
  localOf: (instant, zone) => compound(`${operand(instant)} at time zone ${zone}`),
  framePeriod: (seconds, excludesStart) =>
    `interval ${quoteText(`${intervalText(seconds)}${excludesStart ? " -1 microseconds" : ""}`)}`,
  filtersWindows: true,
};

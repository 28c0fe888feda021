import { jsonFunctions } from "./json-functions";
import { numberFunctions } from "./number-functions";
import { textFunctions } from "./text-functions";

/**
 * Statements that a session runs before compiled SQL: they create the functions that it calls, which are the session's own.
 * None raises on any value: input that does not parse or fit gives null.
 */
export const sparkFunctions: readonly string[] = [...textFunctions, ...numberFunctions, ...jsonFunctions];

/** Settings that a session needs for compiled SQL, before its functions. */
export const sparkSettings: Readonly<Record<string, string>> = {
  "spark.sql.ansi.enabled": "true",
  "spark.sql.session.timeZone": "UTC",
  // Names of columns and features may differ in the case of letters alone.
  "spark.sql.caseSensitive": "true",
  // A sum of two decimals would otherwise lose a digit.
  "spark.sql.decimalOperations.allowPrecisionLoss": "false",
  // `${…}` in a text is no setting.
  "spark.sql.variable.substitute": "false",
  // Folders named `day=01` hold the text 01.
  "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
};

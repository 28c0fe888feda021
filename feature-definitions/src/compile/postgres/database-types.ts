import type { ValueType } from "../../ir/types";
import { inTypeOf, type ValueText } from "../text/rendered";
import { standardText } from "../text/standard-text";
import { namesOfTypes } from "../text/type-names";

/** PostgreSQL's name of the type that stores values of a feature type, as `format_type` prints it. */
export const databaseType = namesOfTypes(
  {
    bool: "boolean",
    int32: "integer",
    int64: "bigint",
    float32: "real",
    float64: "double precision",
    decimal: "numeric",
    string: "text",
    timestamp: "timestamp with time zone",
    date: "date",
    uuid: "uuid",
    json: "jsonb",
    "string[]": "text[]",
    "float64[]": "double precision[]",
  },
  (vector) => vector,
);

/** The shorter name that people write in a cast. */
export function castName(type: ValueType): string {
  return type === "timestamp" ? "timestamptz" : databaseType(type);
}

/** How PostgreSQL writes the values of definitions. */
export const postgresValues: ValueText = { ...standardText, castName };

/** The value in the requested type, cast only if it may have another. */
export const inType = inTypeOf(castName);

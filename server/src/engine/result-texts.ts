import { type compileView, jsonText, postgresDialect, type ValueType } from "@featstore/definitions/compiler";

/** A dialect that also writes texts of a statement's columns. */
export type Dialect = Parameters<typeof compileView>[0] & {
  readonly texts: {
    /** The JSON text of a value; 'null' for null. */
    json(value: string, type: ValueType): string;
    /** The microseconds of an instant since 1970 UTC, as text; null for null. */
    microseconds(instant: string): string;
  };
};

export const postgresTexts: Dialect = {
  ...postgresDialect,
  texts: {
    json: jsonText,
    microseconds: (instant) => `(extract(epoch from ${instant}) * 1000000)::bigint::text`,
  },
};

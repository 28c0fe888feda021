import type { ValueType } from "../ir/types";
import type { Query } from "./tree/sql-tree";
import type { Statement } from "./tree/statement";

/** Writes a query as the text of one engine. The rest of the compiler makes `Query` trees; `index.ts` chooses the dialect. */
export interface Dialect {
  /**
   * The text of a query with its parameters, numbered from `first`. In a view's query `$1` is the as-of time, so its
   * own parameters begin at 2.
   */
  readonly statement: (query: Query, first: 1 | 2) => Statement;
  /** The text of a query whose constants are part of it, for commands that take no parameters. */
  readonly textWithConstants: (query: Query) => string;
  readonly quoteName: (name: string) => string;
  readonly quoteText: (text: string) => string;
  readonly quoteTable: (schema: string | null, table: string) => string;
  /** The engine's name of the type that stores values of a feature type. */
  readonly databaseType: (type: ValueType) => string;
}

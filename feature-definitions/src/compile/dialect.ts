import type { DialectTraits } from "./tree/dialect-traits";
import type { Query } from "./tree/sql-tree";
import type { Statement } from "./tree/statement";

/**
 * Writes a query as the text of one engine. The compiler's public functions take it as their first parameter; the rest
 * of the compiler makes `Query` trees, and knows no more of the dialect than its traits.
 */
export interface Dialect {
  readonly traits: DialectTraits;
  /** The placeholder of a parameter by its number: `$1`. */
  readonly placeholder: (number: number) => string;
  /**
   * The text of a query with its parameters, numbered from `first`. In a view's query `$1` is the as-of time, so its
   * own parameters begin at 2.
   */
  readonly statement: (query: Query, first: 1 | 2) => Statement;
  /** The text of a query whose constants are part of it, for commands that take no parameters. */
  readonly textWithConstants: (query: Query) => string;
}

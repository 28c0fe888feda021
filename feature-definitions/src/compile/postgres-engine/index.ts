/*
 * SQL over sources besides a view's query: it finds changed rows by the transactions that wrote them, compares two
 * versions of a view, and computes features from supplied values. Another engine finds changes by its own
 * means, so this is no part of a dialect.
 */

export * from "./changes";
export * from "./comparison";
export * from "./computed-rows";

/*
 * The entry for programs, which collect, check, compile, evaluate and compare definitions. Authors use the main entry,
 * `index.ts`.
 */
export { collectDefinitions } from "./author/collect";
export { rowOf } from "./author/source";
export * from "./check/index";
export * from "./compile/generations/index";
export * from "./compile/index";
export { postgresDialect, postgresFunctions, quoteName, quoteTable, quoteText } from "./compile/postgres/index";
export * from "./compile/postgres-engine/index";
export * from "./evaluate/index";
export * from "./evolve/index";
export * from "./ir/index";

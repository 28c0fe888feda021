export { duckdbDialect } from "./dialect";
export { duckdbMacros } from "./macros";

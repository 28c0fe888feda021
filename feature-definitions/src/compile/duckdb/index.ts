export { duckdbDialect, duckdbRelationText } from "./dialect";
export { duckdbMacros } from "./macros";

export * from "./identifiers";
export * from "./materialize";
export { postgresFunctions } from "./render-postgres/functions";
export * from "./render-postgres/serving";
export * from "./render-postgres/tables";
export * from "./render-postgres/verification";
export { type Entities, rowsAsOf } from "./rows-as-of";
export * from "./statement";

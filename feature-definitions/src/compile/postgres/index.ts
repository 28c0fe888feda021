export { quoteName, quoteTable, quoteText } from "../text/quote";
export { databaseType } from "./database-types";
export { postgresDialect } from "./dialect";
export { postgresFunctions } from "./functions";

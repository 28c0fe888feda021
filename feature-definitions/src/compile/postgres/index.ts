export { databaseType } from "./database-types";
export { postgresDialect } from "./dialect";
export { postgresFunctions } from "./functions";
export { quoteName, quoteTable, quoteText } from "./quote";

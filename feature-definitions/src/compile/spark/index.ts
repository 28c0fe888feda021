export { sparkDialect } from "./dialect";
export { sparkFunctions, sparkSettings } from "./functions";
export { quoteName as sparkName } from "./quote";
export { sparkFilesView, sparkTableView } from "./source-views";

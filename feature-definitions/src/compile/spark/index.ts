export { sparkDialect } from "./dialect";
export { sparkFunctions, sparkSettings } from "./functions";
export { quoteName as sparkName } from "./quote";
export { sparkChangesView, sparkFilesView, sparkTableView } from "./source-views";

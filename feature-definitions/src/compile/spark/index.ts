export { sparkDialect } from "./dialect";
export { sparkFunctions, sparkSettings } from "./functions";
export { sparkFilesView } from "./source-views";

export { sparkDialect } from "./dialect";
export { sparkFunctions, sparkSettings } from "./functions";

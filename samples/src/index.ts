export { generateSample } from "./generate-sample";
export { loadSample } from "./load-sample";
export { sampleFileStatements, speechFiles } from "./sample-files";

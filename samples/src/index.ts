export { generateSample } from "./generate-sample";
export { loadSample } from "./load-sample";

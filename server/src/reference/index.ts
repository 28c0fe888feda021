export { buildReference } from "./build-reference";
export { expressionText } from "./expression-text";
export type { ReferenceDocument } from "./reference-document";
export { type ReferenceSubject, subjectOfDefinitions, subjectOfRegistry } from "./reference-subject";
export { renderJson } from "./render-json";
export { renderMarkdown } from "./render-markdown";

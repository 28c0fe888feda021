export { isSameValue } from "./same-value";

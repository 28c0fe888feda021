export { type EraseDependencies, type Erasure, erase } from "./erase";
export { createErasureStore } from "./erasure-store";

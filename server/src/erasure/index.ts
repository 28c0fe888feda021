export { type EraseDependencies, type Erasure, erase } from "./erase";
export { createPostgresErasureStore } from "./postgres-erasure-store";

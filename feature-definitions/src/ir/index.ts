export * from "./canonical";
export * from "./expressions";
export * from "./nodes";
export * from "./parse";
export * from "./type-of";
export * from "./type-tables";
export * from "./types";
export * from "./visit";

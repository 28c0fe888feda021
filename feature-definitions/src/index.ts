export * from "./author/index";
export * from "./check/index";
export * from "./compile/index";
export * from "./evaluate/index";
export * from "./evolve/index";
export * from "./ir/index";

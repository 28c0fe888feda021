/*
 * What programs do with definitions: collect, check, compile, evaluate and compare them. Authors write them with the
 * package's main entry.
 */
export { collectDefinitions } from "./author/collect";
export { rowOf } from "./author/source";
export * from "./check/index";
export * from "./compile/index";
export * from "./evaluate/index";
export * from "./evolve/index";
export * from "./ir/index";

export type { ExpectedRow } from "./differences";
export * from "./feature-test";
export { type MaterializedRow, materializeRows, type ViewUnderTest } from "./materialize-rows";
export {
  defineServiceTest,
  type ServiceExample,
  type ServiceExpectation,
  type ServiceTest,
  type ServiceUnderTest,
} from "./service-test";
export type { GivenRow, GivenRows } from "./source-tables";
export { createTestDatabase, type TestDatabase, type TestSession } from "./test-database";

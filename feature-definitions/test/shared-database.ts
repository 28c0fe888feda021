import { createTestDatabase, type TestDatabase } from "../src/testing/index";

const shared = createTestDatabase();

/** A database that the files of a worker share, because starting one costs seconds of computing. */
export function sharedTestDatabase(): TestDatabase {
  return shared;
}

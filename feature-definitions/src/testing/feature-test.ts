import { differencesOf, type ExpectedRow } from "./differences";
import { irOf, materializeRows, type ViewUnderTest } from "./materialize-rows";
import { type ServiceExample, type ServiceTest, type ServiceUnderTest, serviceDifferences } from "./service-test";
import type { GivenRows } from "./source-tables";
import type { TestDatabase } from "./test-database";

/** The input rows of a view and the rows it should produce. */
export interface Example {
  /** Rows by source name; omitted sources are empty. The population is a source too. */
  readonly given: GivenRows;
  /** ISO text, UTC unless it has an offset: `2026-02-01`. */
  readonly asOf: string;
  /**
   * Every row of the result, by its key. Only the named values of each row are compared: features, `_event_time`,
   * `_unparsed`. `_tenant` belongs to the key.
   */
  readonly expect: readonly ExpectedRow[];
}

/** A test of a definition, as a module exports it; `featstore test` runs it. */
export interface FeatureTest extends Example {
  readonly kind: "feature_test";
  readonly name: string;
  readonly view: ViewUnderTest;
}

export interface FeatureTestResult {
  readonly name: string;
  readonly passed: boolean;
  /** One line each. */
  readonly differences: readonly string[];
}

/**
 * Defines a test of a view, to be exported from a file that `featstore test` reads.
 *
 * @example
 * export const keepsTheLatest = defineTest({
 *   name: "keeps the latest sentiment",
 *   view: speechSentiment,
 *   given: {
 *     speeches: [{ speech_id: 7, added_at: "2026-01-01" }],
 *     analyses: [{ speech_id: 7, analyzer: "sentiment-lexicon", sentiment: "positive", analyzed_at: "2026-01-02" }],
 *   },
 *   asOf: "2026-02-01",
 *   expect: [{ speech_id: 7, sentiment: "positive" }],
 * });
 */
export function defineTest(test: Omit<FeatureTest, "kind">): FeatureTest {
  return { kind: "feature_test", ...test };
}

/** Returns whether a value is a test of a view or a service. */
export function isFeatureTest(value: unknown): value is FeatureTest | ServiceTest {
  if (typeof value !== "object" || value === null || !("kind" in value)) return false;
  return value.kind === "feature_test" || value.kind === "service_test";
}

/** Runs a test; a test that cannot run (an unknown column of the source, SQL that fails) reports a difference too. */
export async function runTest(database: TestDatabase, test: FeatureTest | ServiceTest): Promise<FeatureTestResult> {
  const found = test.kind === "feature_test" ? differencesIn(database, test) : serviceDifferences(database, test);
  const differences = await found.catch((error: unknown) => [error instanceof Error ? error.message : String(error)]);
  return { name: test.name, passed: differences.length === 0, differences };
}

/** A view or a service returned other rows than a test expects; the message lists every difference. */
export class FeatureTestError extends Error {
  constructor(
    name: string,
    readonly differences: readonly string[],
  ) {
    super(`${name} returned unexpected rows:\n${differences.map((difference) => `  ${difference}`).join("\n")}`);
    this.name = "FeatureTestError";
  }
}

/**
 * Asserts the rows of a view for the specified source rows, in any test runner.
 *
 * @throws FeatureTestError when the rows differ
 * @example
 * test("counts the analyses of 90 days", () =>
 *   testView(database, speechSentiment, { given: { … }, asOf: "2026-02-01", expect: [{ speech_id: 7, analyses_90d: 2 }] }));
 */
export async function testView(database: TestDatabase, view: ViewUnderTest, example: Example): Promise<void> {
  const differences = await differencesIn(database, { view, ...example });
  if (differences.length > 0) throw new FeatureTestError(irOf(view).name, differences);
}

/**
 * Asserts the response of a service for the specified rows and inputs, in any test runner.
 *
 * @throws FeatureTestError when the response differs
 */
export async function testService(
  database: TestDatabase,
  service: ServiceUnderTest,
  example: ServiceExample,
): Promise<void> {
  const differences = await serviceDifferences(database, { service, ...example });
  const { name } = service;
  if (differences.length > 0) throw new FeatureTestError(name, differences);
}

async function differencesIn(
  database: TestDatabase,
  { view, given, asOf, expect }: Example & { readonly view: ViewUnderTest },
): Promise<readonly string[]> {
  const rows = await materializeRows(database, view, { given, asOf });
  return differencesOf(irOf(view), expect, rows);
}

import type { FeatureServiceDefinition, InputsOf } from "../author/feature-service";
import type { FeatureService } from "../ir/nodes";
import { agree, show } from "./differences";
import { irOf, type ViewUnderTest } from "./materialize-rows";
import { type ServiceRow, serviceRows } from "./service-rows";
import type { GivenRows } from "./source-tables";
import type { TestDatabase } from "./test-database";

/** A service as its module exports it, or its IR. */
export type ServiceUnderTest = FeatureService | FeatureServiceDefinition<string, number, unknown>;

/** The expected response of a service for one entity. */
export interface ServiceExpectation<Inputs = Readonly<Record<string, unknown>>> {
  /** By the names of the entity's key columns; also `_tenant` if its rows belong to a tenant. */
  readonly key: Readonly<Record<string, unknown>>;
  /** The request's inputs. */
  readonly inputs?: Inputs;
  /** Only the named values are compared: `listening.plays`, `computed.similarity`. */
  readonly answer: Readonly<Record<string, unknown>>;
}

/** The input rows of a service's views and the responses of the service. */
export interface ServiceExample<Inputs = Readonly<Record<string, unknown>>> {
  /** The views that the service reads, including those that lead to joined entities. */
  readonly views: readonly ViewUnderTest[];
  /** Rows by source name; omitted sources are empty. */
  readonly given: GivenRows;
  /** ISO text, UTC unless it has an offset. */
  readonly asOf: string;
  readonly expect: readonly ServiceExpectation<Inputs>[];
}

/** A test of a service, as a module exports it; `featstore test` runs it. */
export interface ServiceTest extends ServiceExample {
  readonly kind: "service_test";
  readonly name: string;
  readonly service: ServiceUnderTest;
}

type TypedInputs<S> = S extends { readonly kind: "feature_service_definition" }
  ? InputsOf<S>
  : Readonly<Record<string, unknown>>;

/**
 * Defines a test of a service's responses, including computed features, to be exported from a file that `featstore
 * test` reads.
 *
 * @example
 * export const prefersRecent = defineServiceTest({
 *   name: "knows how old a song is",
 *   service: recommender,
 *   views: [songProfile],
 *   given: { songs: [{ song_id: 7, released: "2026-01-01", added_at: "2026-01-02" }] },
 *   asOf: "2026-02-01",
 *   expect: [{ key: { song_id: 7 }, inputs: { today: "2026-02-01" }, answer: { "computed.age": 31 } }],
 * });
 */
export function defineServiceTest<S extends ServiceUnderTest>(
  test: { readonly name: string; readonly service: S } & ServiceExample<TypedInputs<S>>,
): ServiceTest {
  return { kind: "service_test", ...(test as Omit<ServiceTest, "kind">) }; // inputs are values by name, whatever their types
}

function serviceIr(service: ServiceUnderTest): FeatureService {
  return service.kind === "feature_service" ? service : service.ir;
}

/** Lists the differences between actual and expected responses, one line each. */
export async function serviceDifferences(
  database: TestDatabase,
  { service, views, given, asOf, expect }: ServiceExample & { readonly service: ServiceUnderTest },
): Promise<readonly string[]> {
  const requests = expect.map(({ key, inputs = {} }) => ({ key, inputs }));
  const rows = await serviceRows(database, serviceIr(service), views.map(irOf), { given, asOf, requests });
  return expect.flatMap(({ key, answer }, index) => {
    const label = Object.entries(key).map(([name, value]) => `${name} ${show(value)}`);
    return rowDifferences(answer, rows[index] ?? new Map()).map((text) => `${label.join(", ")}: ${text}`);
  });
}

function rowDifferences(answer: Readonly<Record<string, unknown>>, row: ServiceRow): readonly string[] {
  return Object.entries(answer).flatMap(([column, expected]) => {
    const found = row.get(column);
    if (found === undefined) return [`the service has no ${column}; it has ${[...row.keys()].join(", ")}`];
    if (agree(expected, found.value, found.type)) return [];
    return [`${column} is ${show(found.value)}, expected ${show(expected)}`];
  });
}

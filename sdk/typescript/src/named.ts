import type { NamedService, NamedView, ServiceDefinition, ViewDefinition } from "./definition";
import type { UnconvertedRow, UnconvertedRows } from "./row-types";

/**
 * Selects a view, typed by a definition of which only the type is imported, so that the program does not contain it.
 * A reference to a version other than the definition's is a compile error. int64 values stay text and vectors are
 * absent, since only the definition's value knows them at run time.
 *
 * @example
 * import type { speechSentiment } from "../features/speech-sentiment";
 * await client.features.get(7, { features: [namedView<typeof speechSentiment>("speech_sentiment@2")] });
 */
export function namedView<View extends ViewDefinition>(
  reference: `${View["name"]}@${View["version"]}`,
): NamedView<View["name"], View extends ViewDefinition<string, number, infer Row> ? UnconvertedRow<Row> : never> {
  return { kind: "named_view", reference };
}

/**
 * Selects a service, typed by a definition of which only the type is imported; see `namedView`.
 *
 * @example
 * import type { partyPredictor } from "../features/services";
 * await client.features.get(7, { service: namedService<typeof partyPredictor>("party_predictor@1") });
 */
export function namedService<Service extends ServiceDefinition>(
  reference: `${Service["name"]}@${Service["version"]}`,
): NamedService<
  Service extends ServiceDefinition<string, number, infer Rows> ? UnconvertedRows<Rows> : never,
  Service extends ServiceDefinition<string, number, unknown, infer Inputs> ? Inputs : unknown
> {
  return { kind: "named_service", reference };
}

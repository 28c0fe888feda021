import fc, { type Arbitrary } from "fast-check";
import { type Damage, damages } from "./damage";
import { refusalsOf, type TestRequest } from "./document-verdict";
import { jsonText } from "./json-texts";
import type { Operation, Parameter, Schema } from "./operations";

/** The parts of a request before they are written. */
export interface Draft {
  readonly operation: Operation;
  readonly segments: Readonly<Record<string, string>>;
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: Readonly<Record<string, string>>;
  readonly contentType: string | null;
  /** A tree of JSON values, a text of another type, or undefined. */
  readonly body: unknown;
}

/**
 * Generates requests for an operation: some follow the document, others have one damage. Those with a damage use known names
 * only, because a request with two faults may be refused for either.
 */
export function requestsFor(operation: Operation): Arbitrary<TestRequest> {
  const following = (isKnown: boolean) =>
    drafts(operation, isKnown).filter((draft) => refusalsOf(written(draft, undefined)).length === 0);
  const valid = following(false).map((draft) => written(draft, undefined));
  const changed = fc
    .tuple(following(true), damages(operation, membersOfBody(operation)))
    .map(([draft, done]) => written(draft, done));
  return fc
    .oneof({ weight: 1, arbitrary: valid }, { weight: 2, arbitrary: changed })
    .filter(({ segments }) => [...segments.values()].every((segment) => !IN_ADDRESSES.test(segment)));
}

/** Segments that an address cannot have: clients remove them. */
const IN_ADDRESSES = /^(?:|\.|\.\.)$/;

function written(draft: Draft, done: Damage | undefined): TestRequest {
  const { segments, query, headers, contentType, body } = done?.ofDraft?.(draft) ?? draft;
  const request: TestRequest = {
    operation: draft.operation,
    segments: new Map(Object.entries(segments).map(([name, text]) => [name, encodeURIComponent(text)])),
    query: query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&"),
    headers: new Map(Object.entries(headers)),
    contentType,
    body: body === undefined ? null : isText(draft) ? String(body) : jsonText(body),
  };
  return done?.ofRequest?.(request) ?? request;
}

const isText = ({ contentType }: Draft): boolean => contentType === "text/csv";

/** `isKnown`: the names and texts are those that the test's server knows. */
function drafts(operation: Operation, isKnown: boolean): Arbitrary<Draft> {
  const named = (at: Parameter["in"]) => operation.parameters.filter((parameter) => parameter.in === at);
  const isSpine = fc.boolean().map((choice) => choice && operation.bodies.has("text/csv"));
  return isSpine.chain((spine) => {
    const hasQuery = !operation.bodies.has("text/csv") || spine;
    return fc.record({
      operation: fc.constant(operation),
      segments: fc.record(Object.fromEntries(named("path").map((each) => [each.name, parameterTexts(each, isKnown)]))),
      query: fc
        .tuple(...(hasQuery ? named("query") : []).map((each) => optionalPair(each, isKnown)))
        .map((pairs) => pairs.flatMap((pair) => (pair === undefined ? [] : [pair]))),
      headers: fc
        .tuple(...named("header").map((each) => fc.oneof(fc.constant(undefined), headerTexts(each))))
        .map((values) =>
          Object.fromEntries(
            values.flatMap((value, index) =>
              value === undefined ? [] : [[named("header")[index]?.name.toLowerCase() ?? "", value]],
            ),
          ),
        ),
      contentType: fc.constant(spine ? "text/csv" : operation.bodies.size > 0 ? "application/json" : null),
      body: spine ? fc.constant("speech_id,as_of\n1,2026-01-01T00:00:00Z\n") : bodies(operation, isKnown),
    });
  });
}

function optionalPair(parameter: Parameter, isKnown: boolean): Arbitrary<readonly [string, string] | undefined> {
  const pair = parameterTexts(parameter, isKnown).map((text) => [parameter.name, text] as const);
  return parameter.required === true ? pair : fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, pair);
}

/** The documented example, values that follow the schema, and any text. */
function parameterTexts(parameter: Parameter, isKnown: boolean): Arbitrary<string> {
  const texts = valuesOf(parameter.schema, { resolve: (schema) => schema, isKnown }, parameter.name).map(String);
  const { example } = parameter;
  if (example === undefined) return texts;
  return isKnown ? fc.constant(String(example)) : fc.oneof(fc.constant(String(example)), texts);
}

/** Header values are bytes without control characters, and begin and end without spaces. */
function headerTexts({ schema }: Parameter): Arbitrary<string> {
  if (schema.pattern !== undefined) return fc.stringMatching(new RegExp(schema.pattern));
  return fc.oneof(
    fc.constantFrom('"a"', "*", "bytes=0-1", "bytes=-1", 'W/"a", "b"'),
    fc.string({ unit: "grapheme-ascii", maxLength: 20 }).map((text) => text.trim()),
  );
}

function bodies(operation: Operation, isKnown: boolean): Arbitrary<unknown> {
  const content = operation.bodies.get("application/json");
  // Operations without a body ignore one.
  if (content === undefined)
    return operation.method === "POST" ? fc.constantFrom(undefined, undefined, {}) : fc.constant(undefined);
  const generated = valuesOf(content.schema, { resolve: operation.resolve, isKnown }, "");
  return fc.oneof(fc.constant(content.example), generated);
}

/** Generates a member that the body's schema names, with a value. */
function membersOfBody(operation: Operation): Arbitrary<readonly [name: string, value: unknown]> | undefined {
  const content = operation.bodies.get("application/json");
  if (content === undefined) return undefined;
  const schema = operation.resolve(content.schema);
  const alternatives = (schema.anyOf ?? [schema]).map(operation.resolve);
  const members = alternatives.flatMap(({ properties = {} }) => Object.entries(properties));
  return fc.oneof(
    ...members.map(([name, member]) =>
      valuesOf(member, { resolve: operation.resolve, isKnown: true }, name).map((value) => [name, value] as const),
    ),
  );
}

interface ValueOptions {
  readonly resolve: (schema: Schema) => Schema;
  readonly isKnown: boolean;
}

/** Generates JSON values that follow a schema, except for its conditions on several members. */
function valuesOf(written: Schema, options: ValueOptions, name: string): Arbitrary<unknown> {
  const schema = options.resolve(written);
  const inner = (part: Schema, of = name) => valuesOf(part, options, of);
  const [first] = schema.allOf ?? [];
  if (first !== undefined) return inner(first);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((part) => inner(part)));
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map((type: string) => inner({ ...schema, type })));
  switch (schema.type) {
    case "string":
      return textsOf(schema, name, options.isKnown);
    case "integer": {
      const { minimum = -1000, maximum = 1_000_000_000 } = schema;
      const integers = fc.oneof(
        fc.integer({ min: minimum, max: maximum }),
        fc.integer({ min: minimum, max: Math.min(maximum, minimum + 20) }),
        fc.constantFrom(minimum, maximum),
      );
      return integers;
    }
    case "number":
      return fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array":
      return fc.array(inner(schema.items ?? {}), { minLength: schema.minItems ?? 0, maxLength: 3 });
    case "object":
      return objectsOf(schema, inner);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function objectsOf(schema: Schema, inner: (schema: Schema, name: string) => Arbitrary<unknown>): Arbitrary<unknown> {
  const members = Object.entries(schema.properties ?? {}).map(([name, member]) => {
    const values = inner(member, name).map((value) => [name, value] as const);
    return schema.required?.includes(name) === true
      ? values
      : fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, values);
  });
  const extra = schema.additionalProperties;
  const others =
    typeof extra === "object"
      ? fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), inner(extra, ""), { maxKeys: 2 })
      : fc.constant({});
  return fc
    .tuple(fc.tuple(...members), others)
    .map(([pairs, more]) => ({ ...more, ...Object.fromEntries(pairs.filter((pair) => pair !== undefined)) }));
}

/** Names and texts that the test's server knows, by the member's or parameter's name. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  entity: ["speech"],
  features: ["speech_sentiment.sentiment", "speech_profile.year", "computed.length"],
  service: ["party_predictor", "party_predictor@1"],
  services: ["party_predictor", "party_predictor@1"],
  embedding: ["speech_embeddings.text"],
  id: ["1", "7"],
  as_of: ["2026-01-01T00:00:00Z"],
  inputs: ['{"today":"2026-01-31"}'],
  view: ["speech_sentiment", "speech_sentiment@1"],
  since: ["2026-01-01", "2026-01-01T00:00:00Z"],
  until: ["2026-01-01", "2026-01-01T00:00:00Z"],
  scopes: ["features:read", "training:write", "features:read:speech_*"],
  expires_at: ["2027-01-01T00:00:00Z"],
  allow_leakage: ["known"],
  networks: ["10.0.0.0/8", "2001:db8::/32"],
  name: ["ranking", "Example Music"],
  organisation_name: ["ranking", "Example Music"],
  email: ["grace@example.com"],
};

function textsOf(
  { pattern, format, minLength = 0, maxLength }: Schema,
  name: string,
  isKnown: boolean,
): Arbitrary<string> {
  const known = KNOWN[name] ?? [];
  const any =
    format === "date"
      ? fc
          .date({ min: new Date("2000-01-01"), max: new Date("2999-12-31"), noInvalidDate: true })
          .map((date) => date.toISOString().slice(0, 10))
      : pattern !== undefined
        ? fc.stringMatching(new RegExp(pattern))
        : fc.string({ unit: "grapheme", minLength, maxLength: Math.min(maxLength ?? 12, 12) });
  if (known.length > 0 && isKnown) return fc.constantFrom(...known);
  return known.length === 0 ? any : fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...known) }, any);
}

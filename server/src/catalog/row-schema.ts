import {
  type Feature,
  type FeatureView,
  type KeyType,
  type ValueType,
  vectorDimensions,
} from "@featstore/definitions/compiler";
import { constantText } from "../serving/index";

/**
 * Returns the JSON Schema (2020-12) of one row of a view version: its keys and features in their JSON forms. Every
 * feature without a default may be null, because a missing or expired row is.
 */
export function rowSchema(view: FeatureView): Readonly<Record<string, unknown>> {
  const keys = view.entity.key.map(({ name, type }) => [name, keySchema(type)] as const);
  const features = view.features.map((feature) => [feature.name, featureSchema(feature)] as const);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: `/api/feature-views/${view.name}/versions/${view.version}/schema`,
    title: `${view.name}@${view.version}`,
    ...(view.description === null ? {} : { description: view.description }),
    type: "object",
    properties: {
      ...Object.fromEntries(keys),
      features: {
        type: "object",
        properties: Object.fromEntries(features),
        required: view.features
          .filter((feature) => vectorDimensions(feature.type) === undefined)
          .map(({ name }) => name),
        additionalProperties: false,
      },
    },
    required: [...view.entity.key.map(({ name }) => name), "features"],
  };
}

function keySchema(type: KeyType): object {
  switch (type) {
    case "int32":
      return { type: "integer" };
    case "int64":
      return { anyOf: [{ type: "integer" }, { type: "string", pattern: "^-?[0-9]+$" }] };
    case "string":
      return { type: "string" };
    case "uuid":
      return { type: "string", format: "uuid" };
    default:
      return type satisfies never;
  }
}

function featureSchema({ type, contract, default: fallback }: Feature): object {
  const { description, minimum, maximum, allowedValues, unit } = contract;
  const said = [description, unit === null ? null : `Unit: ${unit}.`].filter((text) => text !== null).join(" ");
  const promised = {
    ...valueSchema(type),
    ...(minimum === null ? {} : { minimum }),
    ...(maximum === null ? {} : { maximum }),
    ...(allowedValues === null ? {} : { enum: allowedValues }),
  };
  // A default may violate the contract of stored values.
  const value: { readonly default: unknown } | undefined =
    fallback === undefined ? undefined : { default: JSON.parse(constantText(type, fallback)) };
  return {
    ...(value === undefined
      ? { anyOf: [promised, { type: "null" }] }
      : { anyOf: [promised, { const: value.default }], default: value.default }),
    ...(said === "" ? {} : { description: said }),
  };
}

function valueSchema(type: ValueType): object {
  const dimensions = vectorDimensions(type);
  if (dimensions !== undefined) {
    return { type: "array", items: { type: "number" }, minItems: dimensions, maxItems: dimensions };
  }
  switch (type) {
    case "bool":
      return { type: "boolean" };
    case "int32":
      return { type: "integer" };
    case "float32":
    case "float64":
      return { type: "number" };
    case "int64":
      return { type: "string", pattern: "^-?[0-9]+$" };
    case "decimal":
      return { type: "string", pattern: "^-?[0-9]+(\\.[0-9]+)?$" };
    case "string":
      return { type: "string" };
    case "timestamp":
      return { type: "string", format: "date-time" };
    case "date":
      return { type: "string", format: "date" };
    case "uuid":
      return { type: "string", format: "uuid" };
    case "string[]":
      return { type: "array", items: { type: ["string", "null"] } };
    case "float64[]":
      return { type: "array", items: { type: ["number", "null"] } };
    default:
      // Any JSON value: `json`, and types that later versions of the definitions may add.
      return {};
  }
}

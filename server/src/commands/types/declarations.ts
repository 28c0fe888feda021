import {
  type Feature,
  type FeatureView,
  type ValueType,
  type VectorType,
  vectorDimensions,
} from "@featstore/definitions";
import type { RegistrySnapshot } from "../../stores/registry";

/**
 * The registry's views and services as a TypeScript declaration file. Each becomes a row type, and a constant of which
 * only the type exists, for `namedView<typeof lyricSentimentV2>("lyric_sentiment@2")` of `@featstore/client`.
 */
export function declarations(snapshot: RegistrySnapshot): string {
  const views = [...snapshot.featureViews.values()]
    .flatMap(({ versions }) => [...versions.values()])
    .filter(({ state }) => state !== "retired")
    .map(({ view }) => view);
  const services = [...snapshot.featureServices.values()].flatMap(({ versions }) =>
    [...versions.values()].map(({ service }) => service),
  );
  const viewNames = views.map((view) => `${view.name}@${view.version}`);
  const blocks = [
    header,
    ...views.map(viewBlock),
    ...services.map((service) => {
      const byView = new Map<string, string[]>();
      for (const { view, version, feature } of service.features) {
        const found = views.find((candidate) => candidate.name === view && candidate.version === version);
        const type = found === undefined ? "never" : `${typeName(view, version)}[${JSON.stringify(feature)}]`;
        byView.set(view, [...(byView.get(view) ?? []), `    readonly ${feature}: ${type};`]);
      }
      const name = typeName(`${service.name}_service`, service.version);
      return [
        `${comment(service.description ?? `Service ${service.name}, version ${service.version}`)}`,
        `export interface ${name} {`,
        ...[...byView].flatMap(([view, members]) => [`  readonly ${view}: {`, ...members, "  };"]),
        "}",
        `export declare const ${constantName(`${service.name}_service`, service.version)}: ServiceDefinition<${JSON.stringify(service.name)}, ${service.version}, ${name}>;`,
      ].join("\n");
    }),
    `/** Every view version that can be read. */\nexport type FeatureViewReference = ${union(viewNames)};`,
  ];
  return `${blocks.join("\n\n")}\n`;
}

const header = `// Written by "featstore types" from the registry: write it again rather than edit it.

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

interface ViewDefinition<Name extends string, Version extends number, Row> {
  readonly kind: "feature_view_definition";
  readonly name: Name;
  readonly version: Version;
  readonly ir: {
    readonly name: string;
    readonly version: number;
    readonly entity: { readonly name: string; readonly key: readonly { readonly name: string }[] };
    readonly features: readonly { readonly name: string; readonly type: string }[];
  };
  readonly "~row"?: Row;
}

interface ServiceDefinition<Name extends string, Version extends number, Row> {
  readonly kind: "feature_service_definition";
  readonly name: Name;
  readonly version: Version;
  readonly ir: {
    readonly name: string;
    readonly version: number;
    readonly entity: string;
    readonly features: readonly { readonly view: string; readonly version: number; readonly feature: string }[];
  };
  readonly types: readonly string[];
  readonly "~row"?: Row;
}`;

function viewBlock(view: FeatureView): string {
  const name = typeName(view.name, view.version);
  return [
    comment(view.description ?? `View ${view.name}, version ${view.version}`),
    `export interface ${name} {`,
    ...view.features.flatMap((feature) => [
      ...(feature.contract.description === null ? [] : [`  ${comment(feature.contract.description)}`]),
      `  readonly ${feature.name}: ${valueType(feature)};`,
    ]),
    "}",
    `export declare const ${constantName(view.name, view.version)}: ViewDefinition<${JSON.stringify(view.name)}, ${view.version}, ${name}>;`,
  ].join("\n");
}

function valueType({ type, nullable, contract }: Feature): string {
  const allowed = contract.allowedValues;
  const value = allowed !== null && allowed.length > 0 ? union(allowed) : typeText(type);
  return nullable ? `${value} | null` : value;
}

const typeTexts: Readonly<Record<Exclude<ValueType, VectorType>, string>> = {
  bool: "boolean",
  int32: "number",
  float32: "number",
  float64: "number",
  int64: "bigint",
  decimal: "string",
  string: "string",
  timestamp: "string",
  date: "string",
  json: "Json",
  "string[]": "readonly string[]",
  "float64[]": "readonly number[]",
};

function typeText(type: ValueType): string {
  return isVector(type) ? "readonly number[]" : typeTexts[type];
}

function isVector(type: ValueType): type is VectorType {
  return vectorDimensions(type) !== undefined;
}

function union(values: readonly (string | number)[]): string {
  return values.length === 0 ? "never" : values.map((value) => JSON.stringify(value)).join(" | ");
}

function typeName(name: string, version: number): string {
  const words = name.split("_").map((word) => word.slice(0, 1).toUpperCase() + word.slice(1));
  return `${words.join("")}V${version}`;
}

function constantName(name: string, version: number): string {
  const type = typeName(name, version);
  return type.slice(0, 1).toLowerCase() + type.slice(1);
}

function comment(text: string): string {
  return `/** ${text.replaceAll("*/", "* /").replaceAll(/\s+/g, " ")} */`;
}

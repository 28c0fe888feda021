import {
  type Contract,
  type Feature,
  type FeatureReference,
  type FeatureService,
  type FeatureView,
  type ServiceInput,
  type ValueType,
  type VectorType,
  vectorDimensions,
} from "@featstore/definitions/compiler";
import { presentName, type RegisteredView, type Versions, type ViewNames } from "../../registry/index";

/** The part of a registry that its types are written from. */
export interface DeclaredRegistry extends ViewNames {
  readonly featureViews: ReadonlyMap<string, Versions<Pick<RegisteredView, "view" | "state">>>;
  readonly featureServices: ReadonlyMap<string, Versions<{ readonly service: DeclaredService }>>;
}

export interface DeclaredService extends Pick<FeatureService, "name" | "version" | "description" | "inputs"> {
  readonly features: readonly (Omit<FeatureReference, "through"> & { readonly through?: unknown })[];
  readonly computed?: readonly DeclaredFeature[];
}

/** A feature without its expression. */
export interface DeclaredFeature extends Pick<Feature, "name" | "type" | "nullable" | "default"> {
  readonly contract: Pick<Contract, "description" | "allowedValues">;
}

/**
 * Writes the registry's views and services as a TypeScript declaration file. Each becomes a row type, and the type
 * of its definition, for `namedView<SpeechSentimentV2Definition>("speech_sentiment@2")` of `@featstore/client`. The file has
 * only types, because nothing defines values at run time.
 */
export function declarations(registry: DeclaredRegistry): string {
  const views = [...registry.featureViews.values()]
    .flatMap(({ versions }) => [...versions.values()])
    .filter(({ state }) => state !== "retired")
    .map(({ view }) => view);
  const services = [...registry.featureServices.values()].flatMap(({ versions }) =>
    [...versions.values()].map(({ service }) => service),
  );
  const viewNames = views.map((view) => `${view.name}@${view.version}`);
  const blocks = [
    header,
    ...views.map(viewBlock),
    ...services.map((service) => {
      const byView = new Map<string, string[]>();
      for (const { view, version, feature, through } of service.features) {
        const present = presentName(registry, view);
        const match = views.find((candidate) => candidate.name === present && candidate.version === version);
        const type = match === undefined ? "never" : `${typeName(present, version)}[${JSON.stringify(feature)}]`;
        const fallback = match?.features.find((candidate) => candidate.name === feature)?.default;
        // The path may end without an entity.
        const memberType =
          through !== undefined && match !== undefined && fallback === undefined ? `${type} | null` : type;
        byView.set(view, [...(byView.get(view) ?? []), `    readonly ${feature}: ${memberType};`]);
      }
      const name = typeName(`${service.name}_service`, service.version);
      const computed = service.computed ?? [];
      if (computed.length > 0)
        byView.set(
          "computed",
          computed.flatMap(featureMember).map((line) => `  ${line}`),
        );
      const inputs = service.inputs ?? [];
      const inputsName = inputs.length > 0 ? `${name}Inputs` : "unknown";
      return [
        `${comment(service.description ?? `Service ${service.name}, version ${service.version}`)}`,
        `export interface ${name} {`,
        ...[...byView].flatMap(([view, members]) => [`  readonly ${view}: {`, ...members, "  };"]),
        "}",
        ...(inputs.length > 0 ? ["", ...inputsBlock(inputsName, inputs), ""] : []),
        `export type ${name}Definition = ServiceDefinition<${JSON.stringify(service.name)}, ${service.version}, ${name}, ${inputsName}>;`,
      ].join("\n");
    }),
    `/** Every view version that can be read. */\nexport type FeatureViewReference = ${union(viewNames)};`,
    registryBlock(registry),
  ];
  return `${blocks.join("\n\n")}\n`;
}

/** Writes the names that a client can read. A name without a version stands for the promoted one. */
function registryBlock({ featureViews, featureServices }: DeclaredRegistry): string {
  const membersOf = (of: DeclaredRegistry["featureViews" | "featureServices"], suffix: string): readonly string[] =>
    [...of].flatMap(([name, { promoted, versions }]) => {
      const readable = [...versions].filter(([, each]) => !("state" in each) || each.state !== "retired");
      const pinned = readable.map(([version]) => [`${name}@${version}`, version] as const);
      const names = versions.has(promoted) ? [[name, promoted] as const, ...pinned] : pinned;
      return names.map(
        ([key, version]) => `    readonly ${JSON.stringify(key)}: ${typeName(`${name}${suffix}`, version)}Definition;`,
      );
    });
  return [
    comment("For `createClient<Registry>()` of @featstore/client: names without a version are of the promoted one."),
    "export interface Registry {",
    ...["  readonly views: {", ...membersOf(featureViews, ""), "  };"],
    ...["  readonly services: {", ...membersOf(featureServices, "_service"), "  };"],
    "}",
  ].join("\n");
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

interface ServiceDefinition<Name extends string, Version extends number, Row, Inputs> {
  readonly kind: "feature_service_definition";
  readonly name: Name;
  readonly version: Version;
  readonly ir: {
    readonly name: string;
    readonly version: number;
    readonly entity: string;
    readonly features: readonly { readonly view: string; readonly version: number; readonly feature: string }[];
    readonly computed?: readonly { readonly name: string; readonly type: string }[];
  };
  readonly types: readonly string[];
  readonly "~row"?: Row;
  readonly "~inputs"?: Inputs;
}`;

function viewBlock(view: FeatureView): string {
  const name = typeName(view.name, view.version);
  return [
    comment(view.description ?? `View ${view.name}, version ${view.version}`),
    `export interface ${name} {`,
    ...view.features.flatMap(featureMember),
    "}",
    `export type ${name}Definition = ViewDefinition<${JSON.stringify(view.name)}, ${view.version}, ${name}>;`,
  ].join("\n");
}

function featureMember(feature: DeclaredFeature): readonly string[] {
  const { description } = feature.contract;
  const member = `  readonly ${feature.name}: ${valueType(feature)};`;
  return description === null ? [member] : [`  ${comment(description)}`, member];
}

/** Writes the inputs' type; inputs that are not required are optional. */
function inputsBlock(name: string, inputs: readonly ServiceInput[]): readonly string[] {
  const members = inputs.flatMap(({ name: input, type, nullable, description }) => {
    const member = `  readonly ${input}${nullable ? "?" : ""}: ${typeText(type)}${nullable ? " | null" : ""};`;
    return description === null ? [member] : [`  ${comment(description)}`, member];
  });
  return [`export interface ${name} {`, ...members, "}"];
}

function valueType({ type, nullable, contract, default: fallback }: DeclaredFeature): string {
  const allowed = contract.allowedValues;
  const isPromised = allowed !== null && allowed.length > 0;
  const stored = isPromised ? union(allowed) : typeText(type);
  if (fallback === undefined) return nullable ? `${stored} | null` : stored;
  // A default need not be one of the allowed stored values.
  const isAllowed = !isPromised || allowed.includes(typeof fallback === "boolean" ? String(fallback) : fallback);
  return isAllowed ? stored : `${stored} | ${JSON.stringify(fallback)}`;
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
  uuid: "string",
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

function comment(text: string): string {
  return `/** ${text.replaceAll("*/", "* /").replaceAll(/\s+/g, " ")} */`;
}

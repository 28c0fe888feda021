import { typeText } from "./markdown-feature";
import { historyTable } from "./markdown-history";
import type { MarkdownLinks } from "./markdown-links";
import { code, escapeText, markdownTable } from "./markdown-text";
import type { ComputedDocument, ServiceDocument, ServiceVersionDocument } from "./reference-document";

/** Builds the section of a service with all its versions as paragraphs. */
export function serviceSection(service: ServiceDocument, links: MarkdownLinks): string[] {
  const history = historyTable(service.history);
  return [
    `### ${code(service.name)}`,
    ...service.versions.flatMap((version) => versionParagraphs(version, service, links)),
    ...(history === "" ? [] : ["History:", history]),
  ];
}

function versionParagraphs(
  { version, applied_at, entity, description, owner, tags, features, inputs, computed }: ServiceVersionDocument,
  { promoted, next }: ServiceDocument,
  links: MarkdownLinks,
): string[] {
  const facts = [
    `Version ${version}`,
    ...(version === promoted ? ["promoted"] : []),
    ...(version === next ? ["takes over when its views are published"] : []),
    ...(applied_at === null ? [] : [`applied ${applied_at}`]),
    `of entity ${links.entity(entity)}`,
    `owner ${owner === null ? "nobody" : escapeText(owner)}`,
    ...(tags.length === 0 ? [] : [`tags ${tags.map(code).join(" ")}`]),
  ];
  return [
    ...(description === null ? [] : [escapeText(description)]),
    `${facts.join(", ")}. Its features, in the order of the model's inputs:`,
    markdownTable(
      ["", "feature", "of view", "type", "meaning"],
      features.map((feature, index) => [
        String(index + 1),
        links.feature(feature.view, feature.feature),
        `${links.view(feature.view, `${feature.view}@${feature.version}`)}${feature.through === undefined ? "" : ` through ${code(feature.through)}`}`,
        feature.type === null
          ? "not known here"
          : typeText({ type: feature.type, nullable: feature.nullable === true }),
        escapeText(feature.description ?? ""),
      ]),
    ),
    ...(inputs === undefined ? [] : inputsParagraphs(inputs)),
    ...(computed === undefined ? [] : computedParagraphs(computed)),
  ].filter((paragraph) => paragraph !== "");
}

function inputsParagraphs(inputs: NonNullable<ServiceVersionDocument["inputs"]>): string[] {
  const rows = inputs.map(({ name, type, nullable, description }) => [
    code(name),
    code(type),
    nullable ? "" : "yes",
    escapeText(description ?? ""),
  ]);
  return ["Request inputs:", markdownTable(["input", "type", "required", "meaning"], rows)];
}

function computedParagraphs(computed: readonly ComputedDocument[]): string[] {
  const rows = computed.map((feature) => [
    code(`computed.${feature.name}`),
    typeText(feature),
    feature.default === undefined ? "" : code(JSON.stringify(feature.default)),
    escapeText([feature.description ?? "", feature.unit ?? ""].filter((text) => text !== "").join(", in ")),
    code(feature.expression.replaceAll(/\n\s*\./g, ".").replaceAll(/\n\s*/g, " ")),
  ]);
  return [
    "Computed features, after the stored features:",
    markdownTable(["feature", "type", "instead of null", "meaning", "expression"], rows),
  ];
}

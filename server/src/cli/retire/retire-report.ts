import { instantText } from "@featstore/definitions/compiler";
import type { NameRetirement, RetirementReport } from "../../registry/index";
import type { KeyReader } from "../../usage/index";
import { keyDocument, keysText } from "../plan/keys-report";

interface Retired {
  readonly name: string;
  readonly version: number;
}

/** Builds the result for a removed version. */
export function removalReport({ name, version }: Retired, revision: number, why: string) {
  return {
    json: { name, version, state: "removed", revision },
    text: `${name}@${version} is removed, since ${why}: its number is free. Remove it from the definitions, or fix it and apply again.`,
  };
}

/** Builds the result for a deprecated or retired version. `promoted` is the view's promoted version; `keys` read it lately. */
export function retirementReport(
  { name, version }: Retired,
  report: Extract<RetirementReport, { readonly removed: false }>,
  {
    promoted,
    keys,
    isNow,
  }: { readonly promoted: number; readonly keys: readonly KeyReader[]; readonly isNow: boolean },
) {
  const instead = report.successor ?? (promoted === version ? null : `${name}@${promoted}`);
  const successorText = instead === null ? "" : ` and point to ${instead}`;
  const lines = [
    isNow
      ? `${name}@${version} is retired: reads of it are answered with 410${successorText}.`
      : `${name}@${version} is deprecated: its answers carry a deprecation warning${successorText}${untilText(report.sunsetAt)}.`,
    ...(promoted === version ? [`It is the last version of "${name}", which ends with it.`] : []),
    ...servicesText(report.services),
    ...(keys.length === 0 ? [] : [`Keys that read it within 30 days: ${keysText(keys)}.`]),
  ];
  return {
    json: {
      name,
      version,
      state: isNow ? "retired" : "deprecated",
      deprecated_at: instantText(report.deprecatedAt),
      sunset: report.sunsetAt === null ? null : instantText(report.sunsetAt),
      successor: instead,
      services: report.services,
      keys: keys.map(keyDocument),
      revision: report.revision,
    },
    text: lines.join("\n"),
  };
}

/** Builds the result for a view's former name. */
export function nameReport(
  name: string,
  { newName, renamedAt, sunsetAt, services, revision }: NameRetirement,
  { isNow }: { readonly isNow: boolean },
) {
  return {
    json: {
      name,
      new_name: newName,
      renamed_at: instantText(renamedAt),
      sunset: sunsetAt === null ? null : instantText(sunsetAt),
      services,
      revision,
    },
    text: [
      isNow
        ? `"${name}", a former name of "${newName}", has ended: reads of it are answered with 410.`
        : `"${name}" is a former name of "${newName}": its answers carry a deprecation warning${untilText(sunsetAt)}.`,
      ...servicesText(services),
    ].join("\n"),
  };
}

function untilText(sunsetAt: bigint | null): string {
  return sunsetAt === null ? "; no sunset is set" : ` until ${instantText(sunsetAt)}, then 410`;
}

function servicesText(services: readonly string[]): readonly string[] {
  return services.length === 0
    ? []
    : [`Versions of services that are not promoted read it and end with it: ${services.join(", ")}.`];
}

import { instantText } from "@featstore/definitions/compiler";
import type { RegisteredView } from "./registry";

/**
 * Builds the headers for deprecated versions in a response: since when (RFC 9745), until when (RFC 8594), and the
 * successor (RFC 5829). With several versions, the earliest times. Null if none is deprecated.
 */
export function deprecationHeaders(views: readonly RegisteredView[]): Readonly<Record<string, string>> | null {
  const retirements = views.flatMap(({ retirement }) => retirement ?? []);
  if (retirements.length === 0) return null;
  const since = earliest(retirements.map(({ deprecatedAt }) => deprecatedAt));
  const sunset = earliest(retirements.flatMap(({ sunsetAt }) => sunsetAt ?? []));
  const successors = [...new Set(retirements.flatMap(({ successor }) => successor ?? []))];
  return {
    ...(since === undefined ? {} : { deprecation: `@${since / 1_000_000n}` }),
    ...(sunset === undefined ? {} : { sunset: new Date(Number(sunset / 1000n)).toUTCString() }),
    ...(successors.length === 0 ? {} : { link: successors.map(successorLink).join(", ") }),
  };
}

function earliest(times: readonly bigint[]): bigint | undefined {
  return times.reduce<bigint | undefined>(
    (first, time) => (first !== undefined && first < time ? first : time),
    undefined,
  );
}

function successorLink(successor: string): string {
  const [name, version] = successor.split("@");
  return `</api/feature-views/${name}/versions/${version}>; rel="successor-version"`;
}

/** Describes a version's retirement for documents; null while it is active. */
export function deprecationDocument({ retirement }: RegisteredView) {
  if (retirement === null) return null;
  const { deprecatedAt, sunsetAt, successor } = retirement;
  return { since: instantText(deprecatedAt), sunset: sunsetAt === null ? null : instantText(sunsetAt), successor };
}

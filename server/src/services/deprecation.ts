import { instantText } from "@featstore/definitions";
import type { RegisteredView } from "../stores/registry";

/** An answer whose headers say more: that what it reads is going, or how it is asked for again. */
export interface AnswerWithHeaders {
  readonly status: 200;
  readonly contentType: "application/json";
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A JSON text, with headers only where they say something. */
export type Answer = string | AnswerWithHeaders;

/**
 * What an answer says in headers of the deprecated versions it reads: since when (RFC 9745), until when (RFC 8594), and
 * what to read instead (RFC 5829). Of several versions, the earliest times. Null where none is deprecated.
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

/** A version's retirement as documents tell it; null while it is active. */
export function deprecationDocument({ retirement }: RegisteredView) {
  if (retirement === null) return null;
  const { deprecatedAt, sunsetAt, successor } = retirement;
  return { since: instantText(deprecatedAt), sunset: sunsetAt === null ? null : instantText(sunsetAt), successor };
}

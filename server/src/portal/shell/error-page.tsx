import { Problem } from "../parts/problem";
import type { Visitor } from "../portal-services";
import { Document, type Frame } from "./document";
import { Shell } from "./shell";

export interface ErrorPageProps {
  readonly frame: Frame;
  /** Null: not signed in, or not known because the lookup failed. */
  readonly visitor: Visitor | null;
  readonly title: string;
  readonly detail: string;
  readonly code: string;
  readonly requestId: string;
  /** The page to load again; null: that would not help. */
  readonly retry: string | null;
}

export function ErrorPage({ frame, visitor, retry, ...problem }: ErrorPageProps) {
  const content = (
    <Problem {...problem}>
      {retry === null ? null : (
        <a class="button" href={retry}>
          Try again
        </a>
      )}
      <a class={retry === null ? "button" : "button bare"} href={visitor === null ? "/portal/sign-in" : "/portal/keys"}>
        {visitor === null ? "Sign in" : "API keys"}
      </a>
    </Problem>
  );
  if (visitor === null) {
    return (
      <Document frame={frame} title={problem.title}>
        <main class="sign">{content}</main>
      </Document>
    );
  }
  return (
    <Shell frame={frame} visitor={visitor} section={null} title={problem.title}>
      {content}
    </Shell>
  );
}

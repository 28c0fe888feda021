import type { Child } from "hono/jsx";
import { Document, type Frame } from "../shell/document";
import { Masthead, type PublicSection } from "../shell/masthead";

interface PublicPageProps {
  readonly frame: Frame;
  readonly hasPortal: boolean;
  readonly section: PublicSection;
  readonly title: string;
  /** As of `Document`. */
  readonly style?: string;
  /** The element with the id `content`. */
  readonly children?: Child;
}

/** A page that everyone may open, below the links of the portal. */
export function PublicPage({ frame, hasPortal, section, children, ...document }: PublicPageProps) {
  return (
    <Document frame={frame} {...document}>
      <a class="skip" href="#content">
        Skip to content
      </a>
      <Masthead section={section} hasPortal={hasPortal} />
      {children}
    </Document>
  );
}

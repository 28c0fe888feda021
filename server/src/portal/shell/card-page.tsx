import type { Child } from "hono/jsx";
import { Document, type Frame } from "./document";
import { Mark } from "./icons";

interface CardPageProps {
  readonly frame: Frame;
  readonly title: string;
  /** The paragraph below the title. */
  readonly lead: Child;
  readonly children?: Child;
}

/** A page for people who are not signed in: one card in the middle. */
export function CardPage({ frame, title, lead, children }: CardPageProps) {
  return (
    <Document frame={frame} title={title}>
      <main class="sign">
        <div class="dialog narrow">
          <header>
            <Mark />
            <h1>{title}</h1>
            <p>{lead}</p>
          </header>
          {children}
        </div>
      </main>
    </Document>
  );
}

import { Problem } from "../parts/problem";
import { Document, type Frame } from "../shell/document";

interface NotFoundPageProps {
  readonly frame: Frame;
  readonly hasPortal: boolean;
  readonly requestId: string;
}

export function NotFoundPage({ frame, hasPortal, requestId }: NotFoundPageProps) {
  return (
    <Document frame={frame} title="Not found">
      <main class="sign">
        <Problem
          title="There is no such page"
          detail="The address may be cut off or outdated."
          code="path_not_found"
          requestId={requestId}
        >
          <a class="button" href="/docs">
            API reference
          </a>
          {hasPortal ? (
            <a class="button bare" href="/portal">
              API keys
            </a>
          ) : null}
        </Problem>
      </main>
    </Document>
  );
}

import { type Frame, fileUrl } from "../shell/document";
import { PublicPage } from "./public-page";

interface ReferencePageProps {
  readonly frame: Frame;
  readonly hasPortal: boolean;
}

/** The page of the viewer: it loads `/docs/scalar.js`, which shows `/openapi.json` in the element `content`. */
export function ReferencePage({ frame, hasPortal }: ReferencePageProps) {
  const { style, script } = frame.files.reference;
  return (
    <PublicPage frame={frame} hasPortal={hasPortal} section="docs" title="API reference" style={style}>
      <noscript>
        <main class="plain">
          <h1>API reference</h1>
          <p>
            This page needs JavaScript. Without it, read <a href="/openapi.json">the OpenAPI document</a> and{" "}
            <a href="/docs/errors">the error codes</a>.
          </p>
        </main>
      </noscript>
      {/* A section, because the header of the viewer would otherwise be a second one of the page. */}
      <section id="content" tabindex={-1} />
      <script src="/docs/scalar.js" />
      <script src={fileUrl(script)} />
    </PublicPage>
  );
}

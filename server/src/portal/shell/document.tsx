import type { Child } from "hono/jsx";
import type { FileNames } from "../portal-files";
import type { Theme } from "../request/cookies";

/** The parts of every page besides its own content. */
export interface Frame {
  readonly theme: Theme | null;
  readonly files: FileNames;
  readonly now: Date;
  /** The page's own path and query, to return to after a change of the theme. */
  readonly path: string;
}

interface DocumentProps {
  readonly frame: Frame;
  readonly title: string;
  /** The file of the style; by default that of the portal. */
  readonly style?: string;
  readonly children?: Child;
}

/** The document around a page. It loads only files of this server, and nothing in it is inline. */
export function Document({ frame, title, style = frame.files.style, children }: DocumentProps) {
  const { script, sans } = frame.files;
  return (
    <html lang="en" data-theme={frame.theme ?? undefined}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} · Featstore`}</title>
        <link rel="preload" href={fileUrl(sans)} as="font" type="font/woff2" crossorigin="anonymous" />
        <link rel="stylesheet" href={fileUrl(style)} />
        <link rel="icon" href="/favicon.ico" type="image/svg+xml" />
        <script src={fileUrl(script)} defer />
      </head>
      <body>{children}</body>
    </html>
  );
}

export function fileUrl(name: string): string {
  return `/portal/files/${name}`;
}

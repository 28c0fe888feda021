import { compressed, type Handler } from "../../http/index";
import type { PublicPages } from "./public-pages";

/** Serves a style, script or font of the pages. */
export function portalFile(pages: PublicPages): Handler {
  return (request) => {
    const file = pages.files.byName.get(request.path.split("/").at(-1) ?? "");
    if (file === undefined) return pages.notFound(request);
    const headers = { "cache-control": "public, max-age=31536000, immutable", vary: "accept-encoding" };
    const reply = { status: 200, contentType: file.contentType, body: file.bytes, headers };
    return file.contentType === "font/woff2" ? reply : compressed(request.header("accept-encoding") ?? "", reply);
  };
}

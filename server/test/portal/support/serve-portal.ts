import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { createSamplePortal, type SamplePortalOptions } from "./sample-portal";

/** Serves the pages over sample services on a free port of this machine. Reads with a key are counted. */
export async function servePortal(options: SamplePortalOptions & { readonly port?: number } = {}) {
  const server: Server = createServer((incoming, outgoing) => void listener(incoming, outgoing));
  await new Promise<void>((resolve) => void server.listen(options.port ?? 0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const portal = await createSamplePortal({ site: url, ...options });
  const listener = getRequestListener(async (request, env) => {
    const response = await portal.app.fetch(request, env);
    const key = /^Bearer fs_([a-z2-7]+)_/.exec(request.headers.get("authorization") ?? "")?.[1];
    if (response.status === 200 && key !== undefined) portal.count(key);
    return response;
  });
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { ...portal, url, close };
}

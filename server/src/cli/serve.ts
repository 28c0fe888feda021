import { defineFeatstoreCommand } from "./kit/command";
import { configOf } from "./kit/session";
import { portOf } from "./serve/port-of";

export const serve = defineFeatstoreCommand({
  name: "serve",
  summary: "Serves features over HTTP until it is stopped",
  args: {
    port: { type: "string", description: "Instead of PORT and server.port; 0 takes a free one", valueHint: "n" },
  },
  examples: [
    { line: "featstore serve", does: "listens on PORT (8080); the log goes to stdout" },
    { line: "featstore serve --port 9000", does: "listens on another port" },
  ],
  run: async (args, io) => {
    const read = configOf(args, io);
    const port = portOf(args.port, read.server.port);
    const config = { ...read, server: { ...read.server, port } };
    const tell = ({ url, port: actual }: { readonly url: string; readonly port: number }): void => {
      if (args.json === true) io.stdout(`${JSON.stringify({ event: "listening", url, port: actual })}\n`);
      else io.stderr(`Serving ${url} (documentation: ${url}/docs). Ctrl-C stops.\n`);
    };
    // Imported lazily, so that other commands do not load the HTTP server.
    if (config.server.workers > 1) {
      const { connectWorkerLink } = await import("../workers/index");
      const link = connectWorkerLink();
      if (link !== undefined) return (await import("./serve/as-worker")).serveAsWorker(link, config, io);
      await (await import("./serve/with-workers")).serveWithWorkers(config, io, tell);
    } else {
      await (await import("./serve/until-stopped")).untilStopped(config, io, tell);
    }
    return {};
  },
});

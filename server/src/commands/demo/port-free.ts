import { createServer } from "node:net";
import { FeatstoreError } from "../../errors";

/** Tells before a minute of work, rather than after it, that the port is taken. Errors: `port_in_use`. */
export function assertPortFree(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error) => {
      const isTaken = "code" in error && error.code === "EADDRINUSE";
      const text = `Port ${port} is in use: stop what listens there, or set PORT to another, PORT=${port + 1}.`;
      // Any other fault is told by the server itself when it listens.
      if (isTaken) reject(new FeatstoreError("port_in_use", text, { cause: error }));
      else resolve();
    });
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}

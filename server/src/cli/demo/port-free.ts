import { createServer } from "node:net";
import { FeatstoreError } from "../../core/index";

/** Checks that the port is free before a minute of work. Errors: `port_in_use`. */
export function assertPortFree(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error) => {
      const isTaken = "code" in error && error.code === "EADDRINUSE";
      const text = `Port ${port} is in use: stop the process that listens there, or set PORT to another port, PORT=${port + 1}.`;
      // The server itself reports any other fault when it starts to listen.
      if (isTaken) reject(new FeatstoreError("port_in_use", text, { cause: error }));
      else resolve();
    });
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}

import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";

export interface ClientRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface HttpClient {
  /** Sends a request and returns the answer's text. Errors: any status outside 200–299. */
  send(clientRequest: ClientRequest): Promise<string>;
  close(): void;
}

/** Creates a client that keeps connections alive and opens one for each concurrent request. */
export function createHttpClient(origin: string): HttpClient {
  const agent = new Agent({ keepAlive: true });
  const { hostname, port } = new URL(origin);
  return {
    send: ({ method, path, headers, body }) =>
      new Promise((resolve, reject) => {
        const sent = request({ agent, hostname, port, method, path, headers }, (response) => {
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (chunk: string) => {
            text += chunk;
          });
          response.on("error", reject);
          response.on("end", () => {
            const { statusCode = 0 } = response;
            if (statusCode >= 200 && statusCode < 300) resolve(text);
            else reject(new Error(`${method} ${path}: ${statusCode} ${text.slice(0, 500)}`));
          });
        });
        sent.on("error", reject);
        sent.end(body === "" ? undefined : body);
      }),
    close: () => agent.destroy(),
  };
}

/** Reads the requests written by `writeRequests`. */
export function readRequests(file: string): readonly ClientRequest[] {
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  return lines.map((line) => {
    const [method = "GET", path = "/", key = "", body = ""] = line.split("\t");
    const authorization = `Bearer ${key}`;
    if (body === "") return { method, path, headers: { authorization }, body };
    const length = String(Buffer.byteLength(body));
    return {
      method,
      path,
      headers: { authorization, "content-type": "application/json", "content-length": length },
      body,
    };
  });
}

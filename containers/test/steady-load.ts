import { Agent, request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

export interface SteadyLoad {
  /** Requests with status 200 so far. */
  answered(): number;
  /** Requests that got no response, or another status. */
  readonly failures: readonly string[];
  /** Resolves when so many more requests were answered. */
  answers(more: number): Promise<void>;
  /** Ends the load after the requests in flight. */
  end(): Promise<void>;
}

/** The number of requests in flight at once is at most this. */
export const CLIENTS = 8;
const PAUSE_MS = 20;
const TIMEOUT_MS = 20_000;

/** Reads the URL again and again from several clients, each on a connection of its own. */
export function startLoad(url: string, headers: Readonly<Record<string, string>>): SteadyLoad {
  const failures: string[] = [];
  let answered = 0;
  let isEnding = false;
  const client = async (): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (!isEnding) {
      const outcome = await read(url, headers, agent);
      if (outcome === "200") answered++;
      else failures.push(outcome);
      await pause(PAUSE_MS);
    }
    agent.destroy();
  };
  const clients = Promise.all(Array.from({ length: CLIENTS }, client));
  return {
    failures,
    answered: () => answered,
    async answers(more) {
      const goal = answered + more;
      while (answered < goal) await pause(PAUSE_MS);
    },
    async end() {
      isEnding = true;
      await clients;
    },
  };
}

/** Returns the status, or the code of the failure. */
function read(url: string, headers: Readonly<Record<string, string>>, agent: Agent): Promise<string> {
  return new Promise((resolve) => {
    const sending = request(url, { headers, agent, timeout: TIMEOUT_MS }, (response) => {
      response.resume();
      response.once("end", () => resolve(String(response.statusCode)));
      response.once("error", () => resolve("the response was cut"));
    });
    sending.once("timeout", () => sending.destroy(new Error("no response in time")));
    sending.once("error", (error) => resolve(error.message));
    sending.end();
  });
}

import { CommandProblem } from "../../core/index";

/** Parses the port option. */
export function portOf(text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new CommandProblem({
    code: "port_invalid",
    what: `expected a port, got "${text}"`,
    where: "--port",
    advice: "ports are 0 to 65535",
    exit: "usage",
  });
}

import { CommandProblem } from "../base/command-problem";

/** The port an option names. */
export function portOf(text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new CommandProblem({
    code: "port_invalid",
    what: `"${text}" is not a port`,
    where: "--port",
    advice: "ports are 0 to 65535",
    exit: "usage",
  });
}

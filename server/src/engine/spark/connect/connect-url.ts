import { EngineError } from "../../engine-error";

/** The address of a Spark Connect server. `token` and `headers` are secrets. */
export interface ConnectAddress {
  /** `lake.internal:15002`, for messages. */
  readonly place: string;
  /** `http://lake.internal:15002`. */
  readonly baseUrl: string;
  readonly token: string | null;
  readonly userId: string;
  /** Further headers of each request, as a proxy in front of the server may want them. */
  readonly headers: Readonly<Record<string, string>>;
}

const DEFAULT_PORT = 15002;
const USER = "featstore";
/** Parameters that Spark's own clients read from the address. This one decides them itself. */
const IGNORED = new Set(["user_agent", "session_id"]);

/**
 * Reads `sc://host:port/;token=…;use_ssl=true`, the form of Spark's own clients. A token turns `use_ssl` on by default; parameters
 * with other names are headers. Errors: `engine_unavailable`, without the text of the address.
 *
 * @example connectAddress("lake", "sc://localhost").baseUrl // "http://localhost:15002"
 */
export function connectAddress(engine: string, text: string): ConnectAddress {
  const invalid = (reason: string) =>
    new EngineError(
      "engine_unavailable",
      `engines.${engine}.url ${reason}: it has the form sc://host:15002 or sc://host:15002/;token=…;use_ssl=true.`,
    );
  const [, host, port, rest = ""] =
    /^sc:\/\/([^/:@?#;\s]+|\[[\da-fA-F:.]+\])(?::(\d{1,5}))?(?:\/(.*))?$/.exec(text) ?? [];
  if (host === undefined) throw invalid("is not the address of a Spark Connect server");
  if (Number(port) > 65_535) throw invalid("has no valid port");
  if (rest !== "" && !rest.startsWith(";")) throw invalid("has a path");
  const parameters = new Map<string, string>();
  for (const part of rest.split(";").filter((part) => part !== "")) {
    const [name = "", ...value] = part.split("=");
    if (!/^[\w-]+$/.test(name) || value.length === 0) throw invalid("has a parameter without a name or value");
    if (parameters.has(name)) throw invalid(`has the parameter ${name} twice`);
    parameters.set(
      name,
      decoded(value.join("="), () => invalid(`has an invalid value of ${name}`)),
    );
  }
  const take = (name: string): string | null => {
    const value = parameters.get(name) ?? null;
    parameters.delete(name);
    return value;
  };
  const token = take("token");
  const ssl = take("use_ssl") ?? String(token !== null);
  if (ssl !== "true" && ssl !== "false") throw invalid("has a use_ssl that is neither true nor false");
  const place = `${host}:${port ?? DEFAULT_PORT}`;
  return {
    place,
    baseUrl: `${ssl === "true" ? "https" : "http"}://${place}`,
    token,
    userId: take("user_id") ?? USER,
    headers: Object.fromEntries([...parameters].filter(([name]) => !IGNORED.has(name))),
  };
}

function decoded(text: string, invalid: () => EngineError): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid();
  }
}

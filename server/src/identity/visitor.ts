import { ADDRESS_HEADER } from "./better-auth";

/** The browser of a request. */
export interface Visitor {
  /** The client's address; empty if it is not known. */
  readonly address: string;
  readonly userAgent: string | undefined;
}

/** Returns the only headers that Better Auth sees of a request. */
export function headersOf({ address, userAgent }: Visitor, cookie?: string): Headers {
  const headers = new Headers();
  if (address !== "") headers.set(ADDRESS_HEADER, address);
  if (userAgent !== undefined) headers.set("user-agent", userAgent.slice(0, MAX_USER_AGENT));
  if (cookie !== undefined) headers.set("cookie", cookie);
  return headers;
}

const MAX_USER_AGENT = 300;

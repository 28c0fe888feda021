/** Returns the value of a cookie in a `Cookie` header; undefined if there is none. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  const prefix = `${name}=`;
  const pair = (header ?? "").split(";").find((each) => each.trimStart().startsWith(prefix));
  return pair?.trim().slice(prefix.length);
}

export type Theme = "light" | "dark";

/** The chosen theme; null: that of the system. */
export function themeOf(header: string | undefined): Theme | null {
  const value = cookieOf(header, "theme");
  return value === "light" || value === "dark" ? value : null;
}

/** Not HttpOnly, because the script of the pages writes it too. */
export function themeCookie(theme: Theme | null): string {
  return `theme=${theme ?? ""}; Path=/; Max-Age=${theme === null ? 0 : 31_536_000}; SameSite=Lax`;
}

/** The address that a code was sent to, and the page to return to. */
export interface PendingSignIn {
  readonly email: string;
  readonly next: string;
  /** Of this browser, for the code of the newest mail. */
  readonly ticket: string;
  /** Wrong codes that were entered for the newest mail. */
  readonly wrongCodes: number;
}

const PENDING = "featstore_sign_in";

/** Keeps the address between two pages without putting it into a URL. */
export function pendingCookie(pending: PendingSignIn | null, secure: boolean): string {
  const value = pending === null ? "" : Buffer.from(JSON.stringify(pending)).toString("base64url");
  const age = pending === null ? 0 : 900;
  return `${PENDING}=${value}; Path=/portal; Max-Age=${age}; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`;
}

export function pendingIn(header: string | undefined): PendingSignIn | null {
  try {
    const text = Buffer.from(cookieOf(header, PENDING) ?? "", "base64url").toString("utf8");
    const { email, next, ticket, wrongCodes } = JSON.parse(text) as Record<string, unknown>;
    if (typeof email !== "string" || typeof next !== "string" || typeof ticket !== "string") return null;
    return { email, next, ticket, wrongCodes: typeof wrongCodes === "number" ? wrongCodes : 0 };
  } catch {
    return null;
  }
}

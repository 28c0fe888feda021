import { hostname, userInfo } from "node:os";

/** Who runs a command, for the history: `ada@laptop`. */
export function actor(): string {
  return `${userName()}@${hostname()}`;
}

/** Containers run under numbers that no list of users knows. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}

import { hostname, userInfo } from "node:os";

/** The user and host that run a command, for the history: `ada@laptop`. */
export function actor(): string {
  return `${userName()}@${hostname()}`;
}

/** Returns the user's name. Containers often run under a user id without a name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}

import type { RolledBack } from "./rolled-back-names";

/** Says that a name is rolled back, and what serves the version that waits. */
export function rolledBackText({ name, promoted, waiting }: Omit<RolledBack, "definition">): string {
  const rest =
    waiting === null
      ? "new versions wait for featstore promote"
      : `@${waiting} waits for featstore promote ${name}@${waiting}`;
  return `${name} is rolled back to @${promoted}; ${rest}`;
}

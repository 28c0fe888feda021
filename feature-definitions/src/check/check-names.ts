import type { Report } from "./report";

const namePattern = /^[a-z][a-z0-9_]{0,39}$/;

export function checkName(report: Report, path: string, name: string): void {
  if (!namePattern.test(name)) report("name_invalid", path, { name });
}

export function checkVersion(report: Report, version: number): void {
  if (!Number.isSafeInteger(version) || version < 1) report("version_invalid", "version", { version });
}

/** The names that occur more than once. */
export function repeated(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}

import type { Diagnostic } from "@featstore/definitions/compiler";
import type { LoadFault } from "../kit/load-definitions";

/** A diagnostic with its file, as `check --json` prints it. */
export interface ReportedDiagnostic {
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly file: string | null;
  readonly line: number | null;
  readonly definition: string | null;
  readonly path: string | null;
  readonly message: string;
  readonly suggestion: string | null;
}

export function reportedFault(fault: LoadFault): ReportedDiagnostic {
  return { ...fault, severity: "error", definition: null, path: null };
}

/** Adds the file of a diagnostic. `fileOf` maps `name@version` to a file; other subjects, such as sources, have none. */
export function reportedDiagnostic(diagnostic: Diagnostic, fileOf: ReadonlyMap<string, string>): ReportedDiagnostic {
  const { code, severity, definition, path, message, suggestion } = diagnostic;
  return { code, severity, file: fileOf.get(definition) ?? null, line: null, definition, path, message, suggestion };
}

/** Writes all diagnostics, grouped by file and definition, and a last line with their counts. */
export function diagnosticsText(diagnostics: readonly ReportedDiagnostic[]): string {
  const lines: string[] = [];
  for (const [file, inFile] of grouped(diagnostics, (diagnostic) => diagnostic.file ?? "")) {
    lines.push(file === "" ? "in the definitions" : file);
    for (const [definition, ofDefinition] of grouped(inFile, (diagnostic) => diagnostic.definition ?? "")) {
      if (definition !== "") lines.push(`  ${definition}`);
      for (const diagnostic of ofDefinition) lines.push(...diagnosticLines(diagnostic));
    }
    lines.push("");
  }
  return `${lines.join("\n")}${lines.length > 0 ? "\n" : ""}${countText(diagnostics)}`;
}

/** `2 errors, 1 warning` */
export function countText(diagnostics: readonly ReportedDiagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const warnings = diagnostics.length - errors;
  return `${plural(errors, "error")}, ${plural(warnings, "warning")}`;
}

/** `1 view`, `2 views` */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function diagnosticLines(diagnostic: ReportedDiagnostic): string[] {
  const line = diagnostic.line === null ? "" : `line ${diagnostic.line}: `;
  const path = diagnostic.path === null || diagnostic.path === "" ? "" : `${diagnostic.path}: `;
  const first = `    ${diagnostic.severity.padEnd(7)} ${diagnostic.code}  ${line}${path}${diagnostic.message}`;
  return diagnostic.suggestion === null ? [first] : [first, `            ${diagnostic.suggestion}`];
}

function grouped<T>(items: readonly T[], by: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(by(item));
    if (group === undefined) groups.set(by(item), [item]);
    else group.push(item);
  }
  return groups;
}

import { type Diagnostic, type DiagnosticCode, type DiagnosticParameters, diagnostic } from "./diagnostics";

/** Takes note of a broken rule. */
export type Report = <C extends DiagnosticCode>(code: C, path: string, parameters: DiagnosticParameters<C>) => void;

export interface CheckOptions {
  /** Makes errors of the warnings that matter to a shared store: undeclared history, undocumented features. */
  readonly strict?: boolean;
}

/** A collector of diagnostics, and what reports to it in a definition's name. A diagnostic given twice is kept once. */
export function createCollector({ strict = false }: CheckOptions): {
  readonly diagnostics: readonly Diagnostic[];
  readonly reportOf: (definition: string) => Report;
} {
  const diagnostics: Diagnostic[] = [];
  const seen = new Set<string>();
  const reportOf =
    (definition: string): Report =>
    (code, path, parameters) => {
      const made = diagnostic(code, parameters, { definition, path, strict });
      const identity = JSON.stringify(made);
      if (!seen.has(identity)) diagnostics.push(made);
      seen.add(identity);
    };
  return { diagnostics, reportOf };
}

import { type Diagnostic, type DiagnosticCode, type DiagnosticParameters, diagnostic } from "./diagnostics";

/** Records a diagnostic. */
export type Report = <C extends DiagnosticCode>(code: C, path: string, parameters: DiagnosticParameters<C>) => void;

export interface CheckOptions {
  /** Turns into errors the warnings that matter to a shared store: undeclared history, undocumented features. */
  readonly strict?: boolean;
}

/** A collector of diagnostics, with a reporter for each definition. Duplicate diagnostics are dropped. */
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

import { type Diagnostic, type DiagnosticCode, type DiagnosticParameters, diagnostic } from "./diagnostics";
import type { EngineKind } from "./engine-limits";

/** Records a diagnostic. */
export type Report = <C extends DiagnosticCode>(code: C, path: string, parameters: DiagnosticParameters<C>) => void;

/** The part of an engine's settings that the checks read. */
export interface ConfiguredEngine {
  readonly kind: Exclude<EngineKind, "postgres">;
  /** The folders and buckets that it may read. */
  readonly roots: readonly string[];
  /** The database whose tables it may read; null: none. */
  readonly url: object | null;
}

/** The engines besides `postgres`, by name. */
export type Engines = Readonly<Record<string, ConfiguredEngine>>;

export interface CheckOptions {
  /** The configured engines. Absent: any name is accepted, and paths are not compared with roots. */
  readonly engines?: Engines;
  /** Turns into errors the warnings that matter to a shared store: undeclared history, undocumented features. */
  readonly strict?: boolean;
}

/** A collector of diagnostics, with a reporter for each definition. Duplicate diagnostics are dropped. */
export function createCollector({ strict = false }: Pick<CheckOptions, "strict">): {
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

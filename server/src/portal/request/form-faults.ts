import { FeatstoreError } from "../../core/index";

/** The faults of a form that is shown again. */
export interface FormFaults {
  /** A sentence that belongs to no field. */
  readonly general: string | null;
  readonly ofField: ReadonlyMap<string, string>;
}

export const noFaults: FormFaults = { general: null, ofField: new Map() };

/**
 * Splits an error over the fields of a form. Returns undefined for errors that are not about the form: of the server, or
 * a lost session.
 */
export function formFaults(error: unknown, fields: readonly string[]): FormFaults | undefined {
  if (!(error instanceof FeatstoreError) || error.status < 400 || error.status >= 500) return undefined;
  // `networks[1]` and `limits.burst` belong to the fields `networks` and `burst`.
  const fieldOf = (path: string): string => path.replace(/^limits\./, "").replace(/\[.*$/, "");
  const named = error.errors.map(({ path, detail }) => [fieldOf(path), sentence(detail)] as const);
  const ofField = new Map(named.filter(([field]) => fields.includes(field)).reverse());
  return { general: ofField.size > 0 ? null : error.detail, ofField };
}

function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}

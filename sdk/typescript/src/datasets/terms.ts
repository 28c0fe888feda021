import { bodyOf } from "../read-document";
import type { CallOptions, Transport } from "../transport";
import type { CallPromise } from "../transport/call-promise";
import type { DatasetAcceptance, DatasetTerms } from "./wire";

export interface AcceptTermsOptions extends CallOptions {
  /** The version of the terms that you have read and accept. */
  readonly version: string;
}

/** Reads and accepts the terms of gated datasets. */
export interface TermsOfDatasets {
  /** Reads a dataset's terms. Errors: `ConflictError` for a dataset without terms. */
  terms(name: string, options?: CallOptions): CallPromise<DatasetTerms>;
  /**
   * Accepts the terms for the key's organisation, or for the key without one. Errors: `ConflictError` if the terms do not
   * have this version.
   *
   * @example
   * const { version, text } = await datasets.terms("listening_panel");
   * console.log(text); // read them before the next line
   * await datasets.acceptTerms("listening_panel", { version });
   */
  acceptTerms(name: string, options: AcceptTermsOptions): CallPromise<DatasetAcceptance>;
}

export function createTerms(transport: Transport): TermsOfDatasets {
  const pathOf = (name: string) => `/api/datasets/${encodeURIComponent(name)}/terms`;
  return {
    terms: (name, options = {}) =>
      bodyOf<DatasetTerms>(transport, {
        ...options,
        method: "GET",
        path: pathOf(name),
        expect: (answer) => typeof answer.text === "string",
      }),
    acceptTerms: (name, { version, ...call }) =>
      bodyOf<DatasetAcceptance>(transport, {
        ...call,
        method: "POST",
        path: pathOf(name),
        body: { version },
        expect: (answer) => typeof answer.accepted_at === "string",
      }),
  };
}

/** The same call in both clients. `client` and, for datasets in TypeScript, `datasets` are created before it. */
export interface ClientCall {
  readonly typescript: string;
  readonly python: string;
}

export type ClientCalls = Readonly<Record<string, ClientCall>>;

export const call = (typescript: string, python: string): ClientCall => ({ typescript, python });

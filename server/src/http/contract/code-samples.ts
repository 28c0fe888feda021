import type { ClientCalls } from "./client-calls/client-call";
import { keyCalls } from "./client-calls/key-calls";
import { readCalls } from "./client-calls/read-calls";
import { trainingAndDatasetCalls } from "./client-calls/training-and-dataset-calls";

/** The calls of the operations that the clients have, by `operationId`, with the values of the operations' examples. */
const clientCalls: ClientCalls = { ...readCalls, ...trainingAndDatasetCalls, ...keyCalls };

/** An item of `x-codeSamples`, an extension of OpenAPI that viewers know. */
interface CodeSample {
  readonly lang: "typescript" | "python";
  readonly label: string;
  readonly source: string;
}

/** Returns the programs that call an operation with each client; empty if the clients do not have it. */
export function codeSamplesOf(operationId: string | undefined): readonly CodeSample[] {
  const calls = operationId === undefined ? undefined : clientCalls[operationId];
  if (calls === undefined) return [];
  return [
    { lang: "typescript", label: "TypeScript client", source: typescript(calls.typescript) },
    { lang: "python", label: "Python client", source: python(calls.python) },
  ];
}

const ENVIRONMENT = "with FEATSTORE_URL and FEATSTORE_API_KEY";

function typescript(call: string): string {
  const [, imports = "", calls = ""] = /^((?:import [^\n]*\n)*)\n?(.*)$/s.exec(call) ?? [];
  const [create, name, entry] = calls.includes("datasets.")
    ? ["createDatasets", "datasets", "@featstore/client/datasets"]
    : ["createClient", "client", "@featstore/client"];
  return `${imports}import { ${create} } from "${entry}";

const ${name} = ${create}(); // ${ENVIRONMENT}
${calls}`;
}

function python(call: string): string {
  return `import featstore

client = featstore.Client()  # ${ENVIRONMENT}
${call}`;
}

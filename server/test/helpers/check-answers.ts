// Runs before each test file: compares whatever `fetch` gets from a Featstore server with docs/openapi.json.
import { checkAnswer } from "./answer-contract";

const plainFetch = globalThis.fetch;

async function checkedFetch(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
  const response = await plainFetch(input, init);
  if (isFeatstores(response)) await checkAnswer(response, init?.method ?? "GET", new URL(response.url).pathname);
  return response;
}

/** Of this machine's servers only Featstore sends both headers; a response that a test made itself has no URL. */
function isFeatstores({ url, headers }: Response): boolean {
  return url.startsWith("http://127.0.0.1") && headers.has("x-request-id") && headers.has("x-content-type-options");
}

// The files of a worker share the global object: it is replaced once.
if (plainFetch.name !== checkedFetch.name) globalThis.fetch = checkedFetch;

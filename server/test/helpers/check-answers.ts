// Runs before each test file: whatever `fetch` gets from a Featstore server is compared with docs/openapi.json.
import { checkAnswer } from "./answer-contract";

const plainFetch = globalThis.fetch;

async function checkedFetch(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
  const response = await plainFetch(input, init);
  // Only Featstore answers with such an id from this machine; a response that a test made itself has no URL.
  if (!response.url.startsWith("http://127.0.0.1") || !response.headers.has("x-request-id")) return response;
  await checkAnswer(response, init?.method ?? "GET", new URL(response.url).pathname);
  return response;
}

// The files of a worker share the global object: it is replaced once.
if (plainFetch.name !== checkedFetch.name) globalThis.fetch = checkedFetch;

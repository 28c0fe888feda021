import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { errorTable } from "../../src/core/error-table";
import { undecided } from "./beyond-schemas";
import { refusalsOf, type TestRequest } from "./document-verdict";
import { requestsFor } from "./generate-requests";
import { documentedOperations } from "./operations";
import { classifiedCodes, disagreement } from "./server-verdict";
import { createVerdictServer, targetOf } from "./verdict-server";

const operations = documentedOperations();
/** 2,000 requests by default, and 20,000 by `npm run verify:contracts`; each operation gets the same share. */
const numRuns = Math.ceil((40 * Number(process.env.LAW_RUNS)) / operations.length);
const seed = Number(process.env.LAW_SEED);

describe("a request is malformed for the server if docs/openapi.json refuses it, and only then", async () => {
  const server = await createVerdictServer();

  test.each(operations.map((operation) => [operation.id, operation] as const))("%s", async (_id, operation) => {
    const verdicts = fc.asyncProperty(requestsFor(operation), async (request) => {
      const refusals = refusalsOf(request);
      if (refusals.length === 0 && undecided(request) !== undefined) return;
      const words = disagreement(refusals, await server.respond(request));
      if (words !== undefined) throw new Error(words);
    });
    const { failed, counterexample, errorInstance } = await fc.check(verdicts, { numRuns, seed });
    if (!failed) return;
    const { LAW_RUNS, LAW_SEED } = process.env;
    const repeat = `LAW_RUNS=${LAW_RUNS} LAW_SEED=${LAW_SEED} npx vitest run request-verdicts -t ${operation.id}`;
    const sent = counterexample === null ? "" : sentText(counterexample[0]);
    throw new Error(`${String(errorInstance)}\n${sent}\nTo repeat: ${repeat}`);
  });
});

function sentText(request: TestRequest): string {
  const { operation, headers, contentType, body } = request;
  const types = contentType === null ? [] : [["content-type", contentType] as const];
  const lines = [...headers, ...types].map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return [`${operation.method} ${targetOf(request)}`, ...lines, body ?? "(no body)"].join("\n");
}

describe("the generated requests", () => {
  // Pages and probes ignore a query, and have nothing else.
  const ofApi = operations.filter(({ path }) => path.startsWith("/api/"));
  const samples = ofApi.map((operation) => fc.sample(requestsFor(operation), { numRuns: 100, seed }));
  const all = samples.flat();
  const accepted = all.filter((request) => refusalsOf(request).length === 0);

  test("are valid by half, and seldom undecided", () => {
    expect(accepted.length / all.length).toBeGreaterThan(0.4);
    expect(accepted.length / all.length).toBeLessThan(0.6);
    expect(accepted.filter((request) => undecided(request) !== undefined).length / all.length).toBeLessThan(0.05);
  });

  test("are valid and invalid for every operation", () => {
    for (const requests of samples) {
      const valid = requests.filter((request) => refusalsOf(request).length === 0).length;
      expect(valid, requests[0]?.operation.id).toBeGreaterThan(10);
      expect(requests.length - valid, requests[0]?.operation.id).toBeGreaterThan(10);
    }
  });
});

test("every code that a malformed request can get is malformed, or beyond schemas for a reason", () => {
  const codes = Object.entries(errorTable).filter(([, { status }]) => status === 400 || status === 415);
  expect([...classifiedCodes].sort()).toEqual(codes.map(([code]) => code).sort());
});

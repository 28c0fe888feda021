import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openApi } from "../../src/app";
import { SCOPES } from "../../src/core/scopes";
import { type CliProject, createCliProject, type StartedCommand } from "../cli/cli";
import { answerContract, isFile } from "../helpers/answer-contract";

interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required?: boolean;
  readonly example?: unknown;
}

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: unknown }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly example?: unknown }>> }>
  >;
}

const operations = Object.entries(openApi().paths ?? {}).flatMap(([path, methods]) =>
  Object.entries(methods as Readonly<Record<string, Operation>>).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    path,
    method: method.toUpperCase(),
    operation,
  })),
);

describe("the examples of docs/openapi.json", () => {
  let project: CliProject;
  let demo: StartedCommand;
  let url: string;
  let headers: Record<string, string>;

  beforeAll(async () => {
    project = await createCliProject({ HOST: "127.0.0.1", PORT: "0" });
    demo = project.start(["demo", "--json"]);
    const started = await Promise.race([demo.says("url"), demo.outcome.then(({ stderr }) => stderr)]);
    const { key_file: keyFile, ...facts }: { url: string; key_file: string } = JSON.parse(started);
    url = facts.url;
    const key = (await readFile(keyFile, "utf8")).trim();
    headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    // Drift needs two generations of a view.
    const { code } = await project.run("materialize", "speech_sentiment");
    expect(code).toBe(0);
  });
  afterAll(async () => {
    demo?.stop();
    await demo?.outcome;
    await project?.remove();
  });

  /** Sends an operation's example request, with `id` instead of the example's. */
  const send = ({ path, method, operation }: (typeof operations)[number], id?: string, extra = {}) => {
    const { parameters = [], requestBody } = operation;
    const query = new URLSearchParams();
    let target = path;
    for (const parameter of parameters) {
      if (parameter.in === "path") {
        const value = id !== undefined && parameter.name === "id" ? id : String(parameter.example);
        target = target.replace(`{${parameter.name}}`, encodeURIComponent(value));
      }
      if (parameter.in === "query" && parameter.example !== undefined)
        query.set(parameter.name, String(parameter.example));
    }
    const body = requestBody?.content["application/json"]?.example;
    return fetch(`${url}${target}${query.size > 0 ? `?${query}` : ""}`, {
      method,
      redirect: "manual",
      headers: { ...headers, ...extra },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  };
  const find = (name: string) => {
    const found = operations.find((operation) => operation.name === name);
    if (found === undefined) throw new Error(`There is no ${name}`);
    return found;
  };
  const exampleOf = ({ operation }: (typeof operations)[number], status: number) =>
    operation.responses[status]?.content?.["application/json"]?.example ??
    operation.responses[status]?.content?.["application/schema+json"]?.example;
  const expectExample = async (operation: (typeof operations)[number], response: Response) => {
    const answer: unknown = JSON.parse(await response.text());
    const example = exampleOf(operation, response.status);
    expect(example, `${operation.name} ${response.status} has an example`).toBeDefined();
    expect(
      lacks(example, answer),
      `${operation.name} ${response.status}: ${JSON.stringify(answer).slice(0, 500)}`,
    ).toEqual([]);
  };

  test("every example answer matches its own schema", () => {
    for (const { name, path, method, operation } of operations) {
      for (const [status, { content = {} }] of Object.entries(operation.responses)) {
        for (const [type, { example }] of Object.entries(content)) {
          if (example !== undefined)
            expect(
              answerContract().faultsOf({ path, method: method.toLowerCase(), status, type }, example),
              `${name} ${status}`,
            ).toBe("");
        }
      }
    }
  });

  test("every operation has an example answer for each success status with a JSON body", () => {
    for (const { name, operation } of operations) {
      for (const [status, { content = {} }] of Object.entries(operation.responses)) {
        if (!status.startsWith("2") || !("application/json" in content) || isFile(content["application/json"]))
          continue;
        expect(content["application/json"]?.example, `${name} ${status}`).toBeDefined();
      }
      for (const parameter of operation.parameters ?? []) {
        if (parameter.required === true) expect(parameter.example, `${name} ${parameter.name}`).toBeDefined();
      }
      if (operation.requestBody !== undefined)
        expect(operation.requestBody.content["application/json"]?.example, name).toBeDefined();
    }
  });

  // Keys and training sets below, files and jobs of datasets in their own tests; the others need an organisation, and each answer of their own tests is compared with the schema.
  const isTestedApart = ({ path }: { path: string }) =>
    /^\/api\/(?:training-sets|keys|usage|account|members|invitations|dataset\/|datasets\/\{name\}\/(?:builds|exports|terms|snapshots\/))/.test(
      path,
    ) || path === "/api/datasets/{name}/snapshots";
  for (const operation of operations.filter((each) => !isTestedApart(each))) {
    test(`${operation.name} answers its example request like the example`, async () => {
      const response = await send(operation);
      expect(response.status).toBe(200);
      const isJson = /json/.test(response.headers.get("content-type") ?? "");
      if (isJson) await expectExample(operation, response);
      const tag = response.headers.get("etag");
      if ("304" in operation.operation.responses && tag !== null) {
        expect((await send(operation, undefined, { "if-none-match": tag })).status).toBe(304);
      }
      if ("302" in operation.operation.responses) {
        expect((await send(operation, undefined, { accept: "text/html" })).status).toBe(302);
      }
    });
  }

  test("the operations of training sets answer their example requests like the examples", async () => {
    const create = find("POST /api/training-sets");
    const read = find("GET /api/training-sets/{id}");
    const download = find("GET /api/training-sets/{id}/data");
    const accepted = await send(create);
    expect(accepted.status).toBe(202);
    const { id } = (await accepted.clone().json()) as { id: string };
    await expectExample(create, accepted);
    await expect.poll(async () => ((await (await send(read, id)).json()) as { state: string }).state).toBe("finished");
    await expectExample(read, await send(read, id));
    const reused = await send(create);
    expect(reused.status).toBe(200);
    await expectExample(create, reused);
    const file = await send(download, id);
    expect(file.status).toBe(200);
    const tag = file.headers.get("etag") ?? "";
    expect((await send(download, id, { "if-none-match": tag })).status).toBe(304);
    expect((await send(download, id, { range: "bytes=0-9" })).status).toBe(206);
    await expectExample(find("DELETE /api/training-sets/{id}"), await send(find("DELETE /api/training-sets/{id}"), id));
  });

  test("the operations of keys answer their example requests like the examples", async () => {
    const made = await project.json("keys", "create", "--name", "manager", "--scopes", SCOPES.join(","));
    const { key } = made.document as { key: string };
    const as = { authorization: `Bearer ${key}` };
    const created = await send(find("POST /api/keys"), undefined, as);
    expect(created.status).toBe(201);
    const { id } = (await created.clone().json()) as { id: string };
    await expectExample(find("POST /api/keys"), created);
    for (const name of ["GET /api/keys", "GET /api/keys/{id}", "PATCH /api/keys/{id}", "DELETE /api/keys/{id}"]) {
      const response = await send(find(name), id, as);
      expect(response.status).toBe(200);
      await expectExample(find(name), response);
    }
    const other = await send(find("POST /api/keys"), undefined, as);
    const rotate = find("POST /api/keys/{id}/rotate");
    const rotated = await send(rotate, ((await other.json()) as { id: string }).id, as);
    expect(rotated.status).toBe(201);
    await expectExample(rotate, rotated);
  });

  test("cancelling a training set answers like the example", async () => {
    const rows = Array.from({ length: 15_000 }, (_, index) => ({
      speech_id: (index % 233) + 1,
      as_of: new Date(Date.UTC(2026, 0, 1) + index * 60_000).toISOString(),
    }));
    const body = JSON.stringify({ service: "party_predictor", rows });
    const created = await fetch(`${url}/api/training-sets`, { method: "POST", headers, body });
    const { id } = (await created.json()) as { id: string };
    const cancel = find("POST /api/training-sets/{id}/cancel");
    const response = await send(cancel, id);
    expect(response.status).toBe(200);
    await expectExample(cancel, response);
  });
});

/** Lists members of the example that the answer lacks or has with a different JSON type. Null matches any value. */
function lacks(example: unknown, answer: unknown, path = ""): string[] {
  if (example === null || answer === null) return [];
  if (Array.isArray(example))
    return Array.isArray(answer)
      ? example.slice(0, 1).flatMap((item) => (answer.length === 0 ? [] : lacks(item, answer[0], `${path}[0]`)))
      : [path];
  if (typeof example === "object")
    return typeof answer === "object"
      ? Object.entries(example).flatMap(([name, value]) =>
          Object.hasOwn(answer as object, name)
            ? lacks(value, (answer as Record<string, unknown>)[name], `${path}.${name}`)
            : [`${path}.${name}`],
        )
      : [path];
  return typeof example === typeof answer ? [] : [`${path}: ${typeof answer}`];
}

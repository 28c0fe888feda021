import fc, { type Arbitrary } from "fast-check";
import type { TestRequest } from "./document-verdict";
import type { Draft } from "./generate-requests";
import { jsonText, membersOf, Verbatim } from "./json-texts";
import type { Operation } from "./operations";

/** One change of a request, after which it is usually invalid. */
export interface Damage {
  readonly ofDraft?: (draft: Draft) => Draft;
  readonly ofRequest?: (request: TestRequest) => TestRequest;
}

type Member = readonly [name: string, value: unknown];

/** Generates damages that concern parts which the operation has. `members`: those of its body, with values. */
export function damages(operation: Operation, members: Arbitrary<Member> | undefined): Arbitrary<Damage> {
  const names = (at: string) => operation.parameters.filter((each) => each.in === at).map(({ name }) => name);
  const [segments, query, headers] = [names("path"), names("query"), names("header")];
  const weighted = (weight: number, arbitrary: Arbitrary<Damage>) => ({ weight, arbitrary });
  return fc.oneof(
    weighted(query.length > 0 ? 1 : 3, unknownParameter),
    ...(query.length > 0 ? [weighted(8, queryDamage(query))] : []),
    ...(segments.length > 0 ? [weighted(2, segmentDamage(segments))] : []),
    ...(headers.length > 0 ? [weighted(2, headerDamage(headers))] : []),
    ...(members === undefined
      ? []
      : [
          ...[weighted(8, memberDamage(members)), weighted(6, placeDamage)],
          ...[weighted(3, bodyTextDamage), weighted(2, contentTypeDamage)],
        ]),
  );
}

const unknownParameter: Arbitrary<Damage> = fc
  .tuple(fc.constantFrom("nope", "ID", "features ", "__proto__", "constructor", ""), fc.constantFrom("1", "", "a&b"))
  .map((pair) => ({ ofDraft: (draft) => ({ ...draft, query: [...draft.query, pair] }) }));

const wrongText = fc.oneof(
  fc.constantFrom("", " ", "0", "-1", "01", "+1", "1.0", "1e0", "1,5", " 1", "1000000000", "1001", "9007199254740993"),
  fc.constantFrom("abc", "TRUE", "True", "null", "{}", "[]", "\u0000", "%", "a/b", "é", "\u{1F3B5}", "x".repeat(500)),
  fc.constantFrom("2026-02-30", "1999-12-31", "2026-1-1", "previous", "csv", "json", "true", "running", "1", "1000"),
  fc.string({ unit: "grapheme", maxLength: 10 }),
);

function queryDamage(names: readonly string[]): Arbitrary<Damage> {
  const name = fc.constantFrom(...names);
  return fc.oneof(
    { weight: 4, arbitrary: fc.tuple(name, wrongText).map(([of, text]): Damage => ({ ofDraft: withPair(of, text) })) },
    name.map(
      (of): Damage => ({
        ofDraft: (draft) => {
          const value = draft.query.find(([each]) => each === of)?.[1] ?? "1";
          return { ...draft, query: [...draft.query.filter(([each]) => each !== of), [of, value], [of, value]] };
        },
      }),
    ),
    name.map(
      (of): Damage => ({
        ofDraft: (draft) => ({ ...draft, query: draft.query.filter(([each]) => each !== of) }),
      }),
    ),
    fc.tuple(name, fc.constantFrom("=%zz", "=%E0%A4%A", "=%", "", "=1&", "&&", "=a=b", "=a+b", "[]=1")).map(
      ([of, rest]): Damage => ({
        ofRequest: (request) => ({ ...request, query: `${request.query}&${of}${rest}` }),
      }),
    ),
    // An encoded name is the same name.
    fc.tuple(name, wrongText).map(
      ([of, text]): Damage => ({
        ofRequest: (request) => ({
          ...request,
          query: `${request.query}&%${of.charCodeAt(0).toString(16)}${of.slice(1)}=${encodeURIComponent(text)}`,
        }),
      }),
    ),
  );
}

const withPair =
  (name: string, text: string) =>
  (draft: Draft): Draft => ({
    ...draft,
    query: [...draft.query.filter(([each]) => each !== name), [name, text]],
  });

function segmentDamage(names: readonly string[]): Arbitrary<Damage> {
  const name = fc.constantFrom(...names);
  return fc.oneof(
    fc.tuple(name, wrongText).map(
      ([of, text]): Damage => ({
        ofDraft: (draft) => ({ ...draft, segments: { ...draft.segments, [of]: text } }),
      }),
    ),
    fc.tuple(name, fc.constantFrom("%zz", "%E0%A4%A", "a%", "%ED%A0%80", "%00", "%2F")).map(
      ([of, raw]): Damage => ({
        ofRequest: (request) => ({ ...request, segments: new Map([...request.segments, [of, raw]]) }),
      }),
    ),
  );
}

function headerDamage(names: readonly string[]): Arbitrary<Damage> {
  const text = fc.constantFrom("", "a b", "é", "x".repeat(200), "x".repeat(201), "bytes=x", "bytes=9-1", "*", "a,b");
  return fc.tuple(fc.constantFrom(...names), text).map(([of, value]) => ({
    ofDraft: (draft) => ({ ...draft, headers: { ...draft.headers, [of.toLowerCase()]: value } }),
  }));
}

const contentTypeDamage: Arbitrary<Damage> = fc
  .constantFrom(
    ...[null, "", "text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data"],
    ...["application/json; charset=utf-16", 'application/json; charset="UTF-8"', "Application/JSON", "*/*"],
    ...["application/problem+json", "application/jsonl", "application/x-ndjson", "text/csv", "json"],
  )
  .map((contentType) => ({ ofDraft: (draft) => ({ ...draft, contentType }) }));

/** A wrong value for a member: of each type, and numbers that are written in other ways. */
const wrongValue = fc.oneof(
  fc.constantFrom(
    "null",
    "true",
    "false",
    '""',
    '" "',
    "[]",
    "{}",
    "[null]",
    "[[]]",
    '{"a":1}',
    '["a"]',
    '[""]',
    "[1]",
  ),
  fc.constantFrom("0", "-1", "1", "1.0", "1e0", "1.5", "-0", "1e400", "1001", "2592001", "9007199254740993", '"1"'),
  fc.constantFrom('"abc"', `"${"x".repeat(201)}"`, '"\\u0000"', '"\\ud800"', '"é"', '{"__proto__":1}', '{"by":"time"}'),
  fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.stringify(value)),
);

/** Sets a member of the body to a wrong value, or to a value that is written in an unusual way. */
function memberDamage(members: Arbitrary<Member>): Arbitrary<Damage> {
  const setting = (name: string, text: string): Damage => ({
    ofDraft: (draft) =>
      isObject(draft.body) ? { ...draft, body: { ...draft.body, [name]: new Verbatim(text) } } : draft,
  });
  const suffix = fc.constantFrom(".0", "e0", "E+0", ".00", "");
  return fc.oneof(
    { weight: 2, arbitrary: fc.tuple(members, wrongValue).map(([[name], text]) => setting(name, text)) },
    fc.tuple(members, suffix).map(([[name, value], end]) => setting(name, unusualText(value, end))),
  );
}

/** Writes a value with its integers as other numbers; without a suffix, with the first member of each object twice. */
function unusualText(value: unknown, suffix: string): string {
  if (Number.isSafeInteger(value)) return `${value}${suffix}`;
  if (Array.isArray(value)) return `[${value.map((each) => unusualText(each, suffix)).join(",")}]`;
  if (!isObject(value)) return jsonText(value);
  const members = membersOf(value).map(([name, each]) => `${JSON.stringify(name)}:${unusualText(each, suffix)}`);
  return `{${[...members, ...(suffix === "" ? members.slice(0, 1) : [])].join(",")}}`;
}

/** Changes one value, or the members of one object, anywhere in a JSON body. */
const placeDamage: Arbitrary<Damage> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(fc.nat(), wrongValue).map(([pick, text]) => changing(pick, () => new Verbatim(text))),
  },
  fc.nat().map((pick) => changing(pick, () => undefined)),
  fc
    .tuple(fc.nat(), fc.constantFrom("nope", "Name", "", "__proto__", "constructor", "toString"), wrongValue)
    .map(([pick, name, text]) =>
      changingObject(pick, (members) => [...members.filter(([each]) => each !== name), [name, new Verbatim(text)]]),
    ),
  fc.tuple(fc.nat(), fc.nat()).map(([pick, index]) =>
    changingObject(pick, (members) => {
      const repeated = members[index % members.length];
      return repeated === undefined ? members : [...members, repeated];
    }),
  ),
  // Integers that are written as other numbers.
  fc
    .tuple(fc.nat(), fc.constantFrom(".0", "e0", "E+0", ".00"))
    .map(([pick, suffix]) =>
      changing(pick, (value) => (Number.isSafeInteger(value) ? new Verbatim(`${value}${suffix}`) : value)),
    ),
);

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Verbatim);
}

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== "object" || value === null || value instanceof Verbatim) return [path];
  const inner = Array.isArray(value) ? [...value.entries()] : membersOf(value);
  return [path, ...inner.flatMap(([name, member]) => pathsOf(member, [...path, name]))];
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce((inner: unknown, name) => (inner as Readonly<Record<string, unknown>>)[name], value);
}

function replaced(value: unknown, path: Path, change: (value: unknown) => unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return change(value);
  if (Array.isArray(value)) {
    const elements = value.map((each, index) => (index === name ? replaced(each, rest, change) : each));
    return elements.filter((each) => each !== undefined);
  }
  const members = membersOf(value as object).map(([each, member]) => [
    each,
    each === name ? replaced(member, rest, change) : member,
  ]);
  return Object.fromEntries(members);
}

function changing(pick: number, change: (value: unknown) => unknown): Damage {
  return {
    ofDraft: (draft) => {
      const paths = pathsOf(draft.body);
      return { ...draft, body: replaced(draft.body, paths[pick % paths.length] ?? [], change) };
    },
  };
}

type Members = readonly (readonly [string, unknown])[];

function changingObject(pick: number, change: (members: Members) => Members): Damage {
  return {
    ofDraft: (draft) => {
      const paths = pathsOf(draft.body).filter((path) => isObject(valueAt(draft.body, path)));
      const path = paths[pick % paths.length];
      if (path === undefined) return draft;
      const write = (value: unknown) => {
        const members = change(membersOf(value as object));
        return new Verbatim(
          `{${members.map(([name, member]) => `${JSON.stringify(name)}:${jsonText(member)}`).join(",")}}`,
        );
      };
      return { ...draft, body: replaced(draft.body, path, write) };
    },
  };
}

const bodyTextDamage: Arbitrary<Damage> = fc.oneof(
  fc
    .constantFrom(null, "", " ", "null", "[]", "7", '"a"', "{}", "{", "[{}]", "NaN", "{'a':1}", '{"a":1,}', "\uFEFF{}")
    .map((body): Damage => ({ ofRequest: (request) => ({ ...request, body }) })),
  fc.tuple(fc.nat(), fc.constantFrom("", ",", '"', "}", " ", "\n", "0", "\\")).map(
    ([at, text]): Damage => ({
      ofRequest: (request) => {
        const body = request.body ?? "";
        const position = at % (body.length + 1);
        return { ...request, body: body.slice(0, position) + text + body.slice(position + 1) };
      },
    }),
  ),
  fc.constantFrom("\uFEFF", " \n").map(
    (start): Damage => ({
      ofRequest: (request) => ({ ...request, body: `${start}${request.body ?? ""}` }),
    }),
  ),
);

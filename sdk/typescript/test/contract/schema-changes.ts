/** A JSON Schema, as far as the document uses it. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** Follows a reference of one of the documents. */
export type Resolve = (schema: JsonSchema) => JsonSchema;

/** Which document each schema is from, and what is compared. */
interface Comparison {
  readonly path: string;
  readonly narrow: Resolve;
  readonly wide: Resolve;
  /** A response: its reader, not its writer, is the client. */
  readonly isResponse: boolean;
  /** The pairs of references that are being compared, because schemas may contain themselves. */
  readonly pairs?: ReadonlySet<string>;
}

const LOWER = ["minimum", "minLength", "minItems"] as const;
const UPPER = ["maximum", "maxLength", "maxItems"] as const;

/**
 * Lists where `narrow` allows a value that `wide` does not. In a request, `narrow` is what clients send and `wide` what the
 * server takes; in a response, `narrow` is what the server sends and `wide` what clients read.
 */
export function narrowings(narrow: JsonSchema, wide: JsonSchema, comparison: Comparison): readonly string[] {
  const pair = `${narrow.$ref} ${wide.$ref}`;
  const isPair = narrow.$ref !== undefined && wide.$ref !== undefined;
  if (isPair && comparison.pairs?.has(pair)) return [];
  const inside = isPair ? { ...comparison, pairs: new Set([...(comparison.pairs ?? []), pair]) } : comparison;
  const allowed = variantsOf(wide, inside.wide);
  return variantsOf(narrow, inside.narrow).flatMap((variant) => {
    const outcomes = allowed.map((each) => variantChanges(variant, each, inside));
    if (outcomes.some((changes) => changes.length === 0)) return [];
    // The closest alternative, so that the message names the member instead of the whole schema.
    const sameType = outcomes.filter((_, index) => allowed[index]?.type === variant.type);
    return sameType[0] ?? [`${inside.path}: type ${String(variant.type)} is not allowed`];
  });
}

type Variant = Omit<JsonSchema, "type"> & { readonly type: string | undefined };

/** Splits a schema into alternatives with one type each; undefined: any type. */
function variantsOf(schema: JsonSchema, resolve: Resolve): readonly Variant[] {
  const { $ref, ...resolved } = schema.$ref === undefined ? schema : resolve(schema);
  if ($ref !== undefined) return variantsOf({ $ref }, resolve);
  const alternatives = resolved.anyOf ?? resolved.oneOf;
  if (alternatives !== undefined) return alternatives.flatMap((each) => variantsOf(each, resolve));
  const { type, const: only, ...rest } = resolved;
  const values = only === undefined ? rest.enum : [only];
  const types = typeof type === "object" ? type : [type];
  return types.map((each) => ({ ...rest, type: each, ...(values === undefined ? {} : { enum: values }) }));
}

function variantChanges(narrow: Variant, wide: Variant, comparison: Comparison): readonly string[] {
  const { path } = comparison;
  if (wide.type === undefined && wide.enum === undefined) return [];
  const isSame = narrow.type === wide.type || (narrow.type === "integer" && wide.type === "number");
  if (!isSame) return [`${path}: type ${String(narrow.type)} is not allowed`];
  return [
    ...valueChanges(narrow, wide, comparison),
    ...(narrow.type === "object" ? memberChanges(narrow, wide, comparison) : []),
    ...(narrow.type === "array"
      ? narrowings(narrow.items ?? {}, wide.items ?? {}, { ...comparison, path: `${path}[]` })
      : []),
  ];
}

function valueChanges(narrow: Variant, wide: Variant, { path, isResponse }: Comparison): readonly string[] {
  // Clients have to expect new values, and they do not check bounds.
  if (isResponse) return [];
  const sent = narrow.enum ?? choicesOf(narrow.pattern);
  const taken = wide.enum ?? choicesOf(wide.pattern);
  const refused = taken === undefined ? [] : (sent?.filter((value) => !taken.includes(value)) ?? ["other values"]);
  const isPattern = wide.pattern !== undefined && taken === undefined && wide.pattern !== narrow.pattern;
  return [
    ...refused.map((value) => `${path}: ${String(value)} is not allowed`),
    ...(isPattern ? [`${path}: has to match ${wide.pattern}`] : []),
    ...LOWER.filter(
      (name) => (wide[name] ?? Number.NEGATIVE_INFINITY) > (narrow[name] ?? Number.NEGATIVE_INFINITY),
    ).map((name) => `${path}: ${name} is ${wide[name]}`),
    ...UPPER.filter(
      (name) => (wide[name] ?? Number.POSITIVE_INFINITY) < (narrow[name] ?? Number.POSITIVE_INFINITY),
    ).map((name) => `${path}: ${name} is ${wide[name]}`),
  ];
}

/** The values of a pattern that lists them, as the document does for query parameters. */
function choicesOf(pattern: string | undefined): readonly unknown[] | undefined {
  return /^\^\(([\w|-]+)\)\$$/.exec(pattern ?? "")?.[1]?.split("|");
}

function memberChanges(narrow: Variant, wide: Variant, comparison: Comparison): readonly string[] {
  const { path, isResponse } = comparison;
  const present = narrow.properties ?? {};
  const known = wide.properties ?? {};
  const missing = (wide.required ?? [])
    .filter((name) => !narrow.required?.includes(name))
    .map((name) => `${path}.${name}: ${isResponse ? "may be absent" : "is newly required"}`);
  // A member that is gone is a change even if nothing refuses it.
  const [had, has] = isResponse ? [known, present] : [present, known];
  const gone = Object.keys(had)
    .filter((name) => !(name in has))
    .map((name) => `${path}.${name}: removed`);
  const changed = Object.entries(present).flatMap(([name, schema]) => {
    const other = known[name];
    return other === undefined ? [] : narrowings(schema, other, { ...comparison, path: `${path}.${name}` });
  });
  const more = othersOf(narrow);
  const moreKnown = othersOf(wide);
  const others =
    typeof more === "object" && typeof moreKnown === "object"
      ? narrowings(more, moreKnown, { ...comparison, path: `${path}.*` })
      : !isResponse && more !== false && moreKnown === false
        ? [`${path}: other members are not allowed`]
        : [];
  return [...new Set([...missing, ...gone, ...changed, ...others])];
}

/** The schema of members without a name; true: any. */
function othersOf({ additionalProperties = true }: Variant): boolean | JsonSchema {
  return additionalProperties;
}

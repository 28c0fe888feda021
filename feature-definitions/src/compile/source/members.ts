import type { Entity, FeatureView, Source } from "../../ir/nodes";
import { hasOneRowPerKey } from "../../ir/source-parts";
import type { DialectTraits } from "../tree/dialect-traits";
import {
  allOf,
  type From,
  type FromRelation,
  field,
  from,
  type Item,
  isNotNull,
  type Query,
  type SqlExpression,
  type Stage,
  select,
} from "../tree/sql-tree";
import type { Entities, Spine } from "./entities";
import { equal, type Key, keysOver, REQUESTED, type Rows, sourceRows, spineRow } from "./source-rows";
import type { Names } from "./stages";

/** The entities' rows: their relation, their owners, and whether source rows exist for them. */
export interface Members {
  readonly stages: readonly Stage[];
  readonly from: From;
  readonly where: readonly SqlExpression[];
  /** Null for a spine, whose rows identify their owners themselves. */
  readonly tenant: SqlExpression | null;
  readonly keys: readonly Key[];
  /** Null if every row has source rows. */
  readonly present: SqlExpression | null;
}

const sharedScope: SqlExpression = { kind: "shared_scope" };

/** Without a population, the entities are those that occur in the source. */
export function seenEntities(rows: Rows): Members {
  const { tenant, keys, where, asOf } = rows;
  const owner = asOf === null ? (tenant ?? sharedScope) : null;
  return { stages: [], from: rows.from, where, tenant: owner, keys, present: null };
}

/** One row for each member of the population, and for each tenant that has rows or members. */
export function joinMembers(
  view: FeatureView,
  rows: Rows,
  names: Names,
  entities: Entities,
  { underestimatesJoins }: DialectTraits,
): Members {
  const { population, key } = view.entity;
  if (!population || rows.from.relation.kind !== "stage") return seenEntities(rows);
  if (entities.kind === "spine") return joinSpine(rows, entities);
  const requested = key.length > 1 && underestimatesJoins ? entities.requested : undefined;
  const scanned = sourceRows(population, key, [], "not_later", requested ? { kind: "all" } : entities);
  const stageName = names("members");
  // A population with another key, or with history, may list a member twice.
  const distinct =
    !hasOneRowPerKey(population) || population.key.some(({ name }) => key.every((each) => each.name !== name));
  const listed: Stage = {
    name: stageName,
    query: select({
      distinct: distinct && !requested,
      items: [...(scanned.tenant ? [{ name: "_tenant", expression: scanned.tenant }] : []), ...scanned.keys],
      from: scanned.from,
      where: scanned.where,
    }),
  };
  const chosen = requested ? [requestedMembers(names("requested"), stageName, scanned, requested, distinct)] : [];
  const found = chosen[0]?.name ?? stageName;
  const isMember = requested
    ? keysOver(found, scanned.keys.slice(0, 1)).map(({ expression }) => isNotNull(expression))
    : [];
  const scoped = scanned.tenant === null && rows.tenant !== null;
  const scopes = scoped ? [everyScope(names("entities"), found, isMember, rows)] : [];
  const stages = [listed, ...chosen, ...scopes];
  const left = stages.at(-1)?.name ?? found;
  const byTenant = rows.tenant !== null;
  const keys = keysOver(left, scanned.keys);
  return {
    stages,
    from: from({ kind: "stage", name: left }, left, [
      {
        kind: "left",
        relation: rows.from.relation,
        alias: rows.from.alias,
        on: [
          ...(rows.tenant && byTenant ? [equal(rows.tenant, field(left, "_tenant", "string"))] : []),
          ...matching(rows.keys, keys),
        ],
      },
    ]),
    where: scoped ? [] : isMember,
    tenant: byTenant || scanned.tenant ? field(left, "_tenant", "string") : sharedScope,
    keys,
    present: presentIn(rows),
  };
}

/**
 * The requested entities that are members; null in place of each other one. PostgreSQL expects almost no row of an inner
 * join on several columns, and would aggregate the source's rows again for each member. It expects at least one row per
 * entity of a left join that is planned alone.
 */
function requestedMembers(
  name: string,
  members: string,
  { tenant, keys }: Pick<Rows, "tenant" | "keys">,
  requested: FromRelation,
  distinct: boolean,
): Stage {
  const found = keysOver(members, keys);
  const items = [...(tenant ? [{ name: "_tenant", expression: field(members, "_tenant", "string") }] : []), ...found];
  const on = matching(found, keysOver(REQUESTED, keys));
  const joined = { kind: "left", relation: { kind: "stage", name: members }, alias: members, on } as const;
  return { name, isMaterialized: true, query: select({ distinct, items, from: from(requested, REQUESTED, [joined]) }) };
}

/** The numbers of the spine rows whose entity is a member at their time, without duplicates. */
export function spineMembers(
  name: string,
  population: Source,
  { key }: Entity,
  spine: Spine,
  { underestimatesJoins }: DialectTraits,
): Stage {
  const { from: joined, where, keys } = sourceRows(population, key, [], "not_later", spine);
  const [member, ...others] = joined.joins;
  if (member === undefined || others.length > 0)
    return { name, query: select({ distinct: true, items: keys, from: joined, where }) };
  if (key.length > 1 && underestimatesJoins) return { name, query: numberedMembers(joined, member, where, keys) };
  const semi = { ...member, kind: "semi", on: [...member.on, ...where] } as const;
  return { name, query: select({ items: keys, from: { ...joined, joins: [semi] } }) };
}

/**
 * As with `requestedMembers`: PostgreSQL turns a semi join with a unique key into an inner join, and expects almost no row
 * of it.
 */
function numberedMembers(
  spine: From,
  member: From["joins"][number],
  where: readonly SqlExpression[],
  keys: readonly Key[],
): Query {
  const [isFound] = member.on;
  if (isFound === undefined) throw new TypeError("The population is joined without a key");
  const name = "found";
  const on = allOf([...member.on, ...where]) ?? isFound;
  const items = [...keys, { name: "_is_member", expression: isFound }];
  const found = select({ items, from: { ...spine, joins: [{ ...member, kind: "left", on: [on] }] } });
  return {
    kind: "query",
    stages: [{ name, isMaterialized: true, query: found }],
    result: select({
      distinct: true,
      items: keysOver(name, keys),
      from: from({ kind: "stage", name }, name),
      where: [field(name, "_is_member", "bool")],
    }),
  };
}

/** Every row of the spine, as if its entity were a member; `spineMembers` says which are. */
function joinSpine(rows: Rows, { relation, alias }: Spine): Members {
  const keys = [spineRow(alias)];
  const on = matching(rows.keys, keys);
  const joined = { kind: "left", relation: rows.from.relation, alias: rows.from.alias, on } as const;
  return {
    stages: [],
    from: from(relation, alias, [joined]),
    where: [],
    tenant: null,
    keys,
    present: presentIn(rows),
  };
}

function presentIn(rows: Rows): SqlExpression | null {
  return allOf(rows.keys.slice(0, 1).map((item) => isNotNull(item.expression)));
}

/**
 * A shared population's members in the shared scope, where their rows are empty, and in each tenant that has rows for
 * them.
 */
function everyScope(name: string, members: string, where: readonly SqlExpression[], rows: Rows): Stage {
  const keys = keysOver(members, rows.keys);
  return {
    name,
    query: {
      kind: "union_all",
      selects: [
        select({
          items: [{ name: "_tenant", expression: sharedScope }, ...keys],
          from: from({ kind: "stage", name: members }, members),
          where,
        }),
        select({
          items: [{ name: "_tenant", expression: rows.tenant ?? sharedScope }, ...keys],
          from: from({ kind: "stage", name: members }, members, [
            { kind: "inner", relation: rows.from.relation, alias: rows.from.alias, on: matching(rows.keys, keys) },
          ]),
        }),
      ],
    },
  };
}

function matching(left: readonly Item[], right: readonly Item[]): readonly SqlExpression[] {
  return left.flatMap((item) => {
    const other = right.find((candidate) => candidate.name === item.name);
    return other ? [equal(item.expression, other.expression)] : [];
  });
}

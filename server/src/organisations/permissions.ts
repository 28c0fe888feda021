import { FeatstoreError } from "../core/index";
import type { Person } from "../http/index";

export const ROLES = ["owner", "admin", "member"] as const;
export type Role = (typeof ROLES)[number];

const managers: readonly Role[] = ["owner", "admin"];

/** The roles in an organisation that may do each thing. */
const allowed = {
  "account.read": ROLES,
  "keys.read": ROLES,
  "keys.create": ROLES,
  /** Keys that somebody else made. */
  "keys.change": managers,
  "usage.read": ROLES,
  "members.read": ROLES,
  /** Only an owner changes owners, which the database checks too. */
  "members.change": managers,
  "organisation.rename": managers,
  "organisation.delete": ["owner"],
  "audit.read": managers,
} as const satisfies Readonly<Record<string, readonly Role[]>>;

export type PersonAction = keyof typeof allowed | "operate";

/**
 * Returns whether a person may do something in their current organisation, or to the installation (`operate`).
 *
 * @example may(person, "members.change")
 */
export function may(person: Pick<Person, "role" | "operator">, action: PersonAction): boolean {
  if (action === "operate") return person.operator;
  const roles: readonly Role[] = allowed[action];
  return roles.includes(person.role);
}

/** Errors: `role_required`. */
export function requireRole(person: Pick<Person, "role" | "operator">, action: PersonAction): void {
  if (!may(person, action)) throw roleRequired(action === "operate" ? ["operator"] : allowed[action]);
}

export function roleRequired(roles: readonly string[] = managers): FeatstoreError {
  return new FeatstoreError("role_required", `This needs the role ${roles.join(" or ")}.`);
}

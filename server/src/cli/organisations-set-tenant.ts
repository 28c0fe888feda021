import { MAX_KEY_BYTES } from "@featstore/definitions/compiler";
import { CommandProblem } from "../core/index";
import { defineFeatstoreCommand } from "./kit/command";
import { requireFound, withOperatorStore } from "./organisations/operator-session";

const NAME = "organisations set-tenant";

export const organisationsSetTenant = defineFeatstoreCommand({
  name: NAME,
  summary: "Sets the tenant whose rows an organisation's keys read, at once",
  args: {
    organisation: { type: "positional", description: "The organisation's id", required: true },
    tenant: { type: "positional", description: "A value of the sources' tenant column", required: false },
    none: { type: "boolean", description: "Remove the tenant: its keys read shared rows only" },
  },
  examples: [
    { line: "featstore organisations set-tenant org_k3v5t7n2q6x4a2c5 acme", does: "all its keys read rows of acme" },
    { line: "featstore organisations set-tenant org_k3v5t7n2q6x4a2c5 --none", does: "shared rows only" },
  ],
  run: (args, io) => {
    const { organisation, none } = args;
    const tenant = args.tenant ?? null;
    const fault =
      (tenant === null) === (none === true)
        ? tenant === null
          ? undefined
          : tenantFault(tenant)
        : "expected either a tenant or --none";
    if (fault !== undefined) {
      throw new CommandProblem({ code: "tenant_invalid", what: fault, where: "<tenant>", exit: "usage" });
    }
    return withOperatorStore({ args, io, command: NAME }, "require", async ({ store, actor }) => {
      requireFound(await store.setTenant(actor, organisation, tenant), organisation);
      return {
        json: { organisation, tenant },
        text: `${organisation} ${tenant === null ? "has no tenant now" : `has the tenant ${tenant} now`}.`,
      };
    });
  },
});

/** Returns what is wrong with a tenant; undefined if nothing is. */
function tenantFault(tenant: string): string | undefined {
  if (tenant === "") return "it is empty";
  if (tenant !== tenant.trim()) return "it begins or ends with a space";
  return Buffer.byteLength(tenant) >= MAX_KEY_BYTES ? `expected fewer than ${MAX_KEY_BYTES} bytes` : undefined;
}

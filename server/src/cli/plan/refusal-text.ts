import type { Plan, ServicePlan } from "../../registry/index";

/** The last lines of a plan that is refused: each cause, which may stand far above. */
export function refusalText(plan: Plan): string {
  return ["Rejected: nothing can be applied.", ...refusalCauses(plan)].join("\n  ");
}

/** `view: code` or `view@version: refused, why`, of each cause. */
export function refusalCauses({ diagnostics, views, services }: Plan): readonly string[] {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const refused = [
    ...views.map((view) => ({ ...view, why: "its meaning changed" })),
    ...services.map((service) => ({ ...service, why: refusedBecause(service) })),
  ].filter(({ state }) => state === "refused");
  const causes = [
    ...errors.map(({ definition, code }) => `${definition}: ${code}`),
    ...refused.map(({ name, version, why }) => `${name}@${version}: refused, ${why}`),
  ];
  return [...new Set(causes)];
}

/** Says why a service selects other features than its registered version. */
export function refusedBecause({ renamedViews, movedViews, refusedViews }: ServicePlan): string {
  if (renamedViews.length > 0) return `renaming ${renamedViews.join(", ")} renames its columns`;
  const causes = [
    ...(movedViews.length > 0 ? [`its features moved from ${movedViews.join(", ")}`] : []),
    ...(refusedViews.length > 0 ? [`its features changed in ${refusedViews.join(", ")}, which is refused`] : []),
  ];
  return causes.length > 0 ? causes.join(", and ") : "it selects other features";
}

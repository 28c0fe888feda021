import type { Plan, ServicePlan } from "../../registry/index";

/** The last lines of a plan that is refused: each cause, which may stand far above. */
export function refusalText({ diagnostics, views, services }: Plan): string {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const refused = [
    ...views.map((view) => ({ ...view, why: "its meaning changed" })),
    ...services.map((service) => ({ ...service, why: refusedBecause(service) })),
  ].filter(({ state }) => state === "refused");
  const causes = [
    ...errors.map(({ definition, code }) => `${definition}: ${code}`),
    ...refused.map(({ name, version, why }) => `${name}@${version}: refused, ${why}`),
  ];
  return ["Rejected: nothing can be applied.", ...new Set(causes)].join("\n  ");
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

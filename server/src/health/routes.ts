import type { Route } from "../http/index";
import type { HealthService } from "./health";
import { health, healthContract, type ShowHealth } from "./health.route";
import { livez, livezContract } from "./livez.route";
import { metrics, metricsContract } from "./metrics.route";
import { readyz, readyzContract } from "./readyz.route";

export interface HealthServices {
  readonly health: HealthService;
  readonly pages: { readonly health: ShowHealth };
  /** Renders the metrics in the Prometheus format. */
  readonly exposition: () => Promise<{ contentType: string; body: string }>;
}

export const healthRoutes: readonly Route<HealthServices>[] = [
  { contract: livezContract, scope: null, handler: () => livez() },
  { contract: readyzContract, scope: null, handler: (services) => readyz(services.health) },
  { contract: healthContract, scope: null, handler: (services) => health(services.health, services.pages.health) },
  { contract: metricsContract, scope: null, handler: ({ exposition }) => metrics(exposition) },
];

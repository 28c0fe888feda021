export { createHealthService, type HealthService } from "./health";
export { health, healthContract } from "./health.route";
export { livez, livezContract } from "./livez.route";
export { metrics, metricsContract } from "./metrics.route";
export { readyz, readyzContract } from "./readyz.route";

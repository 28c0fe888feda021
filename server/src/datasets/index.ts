export { createDatasetDefinitions, type DatasetDefinitions } from "./definition-store";
export { applyDatasets, type DatasetPlan, planDatasets } from "./plan-datasets";

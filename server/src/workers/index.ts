export { superviseWorkers, type WorkerEvent } from "./supervise-workers";
export { connectWorkerLink, type WorkerLink } from "./worker-link";
export { exposeWorkers } from "./worker-metrics";

export { createPostgresScheduleStore } from "./postgres-schedule-store";
export { createScheduledRuns } from "./run-view";
export type { SchedulerLeader, ScheduleState, ScheduleStore } from "./schedule-store";
export { createScheduler, type ScheduledRunEnd, type Scheduler, type SchedulerEvent } from "./scheduler";
export { startScheduler } from "./start-scheduler";
export { unreadableSchedules, type ViewAge, type ViewDue, viewAges, viewDue } from "./view-status";

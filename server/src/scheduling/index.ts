export { createScheduleStore, type SchedulerLeader, type ScheduleState } from "./schedule-store";
export type { Scheduler } from "./scheduler";
export { unreadableSchedules, type ViewAge, type ViewDue, viewAges, viewDue } from "./view-status";

export type { ChangeClass, ChangeKind } from "./change-kinds";
export { classOf, compareViews, type Evolution } from "./classify";
export { type Change, diffViews } from "./diff";

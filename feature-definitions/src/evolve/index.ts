export { type ChangeClass, type ChangeKind, classOf, compareViews, type Evolution } from "./classify";
export { type Change, diffViews } from "./diff";

export { INVITATION_PATH } from "./new-id";
export { createOperatorStore, type OperatedOrganisation } from "./operator-store";
export type { Account, Organisations } from "./organisations";
export { may, type PersonAction } from "./permissions";

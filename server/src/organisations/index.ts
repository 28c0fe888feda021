export { DECLINED, InvitationChoice } from "./invitation-choice";
export { INVITATION_PATH } from "./new-id";
export { createOperatorStore } from "./operator-store";
export type { Organisations } from "./organisations";
export { may, ROLES, requireRole } from "./permissions";

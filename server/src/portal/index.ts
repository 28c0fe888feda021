export type {
  Caller,
  Client,
  Counts,
  Invitation,
  Member,
  MonthUsage,
  PortalKey,
  PortalServices,
  Role,
  SignInPort,
  Visitor,
} from "./portal-services";

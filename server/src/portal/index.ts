export type {
  Caller,
  Client,
  Counts,
  ExampleRequest,
  Invitation,
  Member,
  MonthUsage,
  PortalKey,
  PortalServices,
  Role,
  SignInPort,
  Visitor,
} from "./portal-services";

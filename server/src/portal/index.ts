export type {
  AccountPort,
  Caller,
  Client,
  KeysPort,
  PortalServices,
  SignInPort,
  UsagePort,
  Visitor,
} from "./portal-services";

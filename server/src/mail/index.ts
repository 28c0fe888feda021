export { mailPart } from "./mail-part";
export type { Mail, Mailer } from "./mailer";

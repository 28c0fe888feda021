import type { Role } from "../portal-services";

const titles: Readonly<Record<Role, string>> = { owner: "Owner", admin: "Admin", member: "Member" };

export function roleTitle(role: Role): string {
  return titles[role];
}

import { monthOf } from "../parts/times";
import { memberPage } from "../request/portal-handler";
import { pageReply } from "../request/replies";
import { measureNames } from "./measures";
import { UsagePage } from "./usage-page";

export const showUsage = memberPage(async ({ portal, services, caller, query, frame }) => {
  const current = monthOf(frame.now);
  const wanted = query.get("month") ?? current;
  // Any other text shows the present month: it comes from an address that was cut off.
  const month = /^20\d\d-(?:0[1-9]|1[0-2])$/.test(wanted) && wanted < current ? wanted : current;
  const measure = measureNames.find((name) => name === query.get("measure")) ?? "requests";
  const usage = await services.usage.month(caller, month);
  return pageReply(UsagePage({ frame, visitor: caller, usage, measure, endpoints: portal.endpoints }));
});

import type { TenantId } from "@gateway-router/core";
import { checkHandlers } from "./check-handlers.js";

const tenant = (id: number, url?: string) => ({ id: id as TenantId, ...(url === undefined ? {} : { url }) });

describe("checkHandlers", () => {
  it.each([
    "https://agents.example/2",
    "http://127.0.0.1:9002/messages",
    "http://[::1]:9002/messages",
    "http://localhost:9002/messages",
    "http://agents.localhost/messages",
  ])("%s is fine", (url) => {
    expect(checkHandlers({ tenants: [tenant(2, url)], urlTemplate: undefined })).toEqual({
      ...{ check: "handlers", verdict: "fine", finding: expect.any(String) as string },
    });
  });

  it.each(["http://agents.example/2", "http://10.0.0.7:9002/messages", "http://notlocalhost/"])(
    "%s is warned of",
    (url) => {
      const finding = checkHandlers({ tenants: [tenant(1), tenant(2, url)], urlTemplate: undefined });
      expect(finding).toMatchObject({ verdict: "warning", finding: expect.stringMatching(/: tenant 2$/) });
    },
  );

  it("looks at the template, and not at who is removed", () => {
    const removed = { ...tenant(2, "http://agents.example/2"), removed: true };
    const withTemplate = (urlTemplate: string) => checkHandlers({ tenants: [removed], urlTemplate });
    expect(withTemplate("https://agents.example/{tenant_id}").verdict).toBe("fine");
    expect(withTemplate("http://{tenant_id}.agents.example/").finding).toMatch(/: TENANT_URL_TEMPLATE$/);
  });

  it("names ten, and says how many more there are", () => {
    const tenants = Array.from({ length: 13 }, (_, index) => tenant(index + 1, "http://agents.example/"));
    const { finding } = checkHandlers({ tenants, urlTemplate: undefined });
    expect(finding).toMatch(/tenant 10 and 3 more$/);
    expect(finding).not.toContain("tenant 11");
  });
});

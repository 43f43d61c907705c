import type { APIRequestContext, Locator, Page } from "@playwright/test";
import { make, makeEnabled, makeIntegration, scripted } from "../fixtures/records";
import { expect, hydrated, open, slug, test, unique } from "../fixtures/switchboard";
import { choose } from "../pages/controls";

/** Three connections of one system and one of another, under names of their own. */
interface Made {
  jira: string;
  sap: string;
  caller: string;
}

let script: APIRequestContext;
let made: Made;

test.beforeAll(async ({ app }) => {
  script = await scripted(app);
  const [jira, sap] = [unique("Jira"), unique("SAP")];
  const caller = unique("Caller");
  const account = { name: caller, user_id: slug(caller), password: "inbound-secret-1", active: "on" };
  const inbound_user = await make(script, "/inbound-users", account);
  const ofJira = await makeIntegration(script, { name: `Incident to ${jira}`, apiName: slug(jira), system: jira });
  const endpoint_url = `${app.url}/practice/echo`;
  const replaced = { name: `${jira} replaced`, environment: "test", endpoint_url: `${app.url}/practice/status/200` };
  await makeEnabled(script, ofJira, replaced);
  await makeEnabled(script, ofJira, { name: `${jira} live`, environment: "production", endpoint_url, inbound_user });
  const empty = { name: `${jira} empty`, environment: "sandbox", authentication: "none" };
  await make(script, `/integrations/${ofJira}/connections`, empty);
  const ofSap = await makeIntegration(script, { name: `Order to ${sap}`, apiName: slug(sap), system: sap });
  await makeEnabled(script, ofSap, { name: `${sap} live`, environment: "production", endpoint_url });
  made = { jira, sap, caller };
});

test.afterAll(async () => {
  await script?.dispose();
});

interface Filter {
  search?: string;
  system?: string;
  environment?: string;
  status?: string;
}

async function filter(page: Page, fields: Filter): Promise<void> {
  await open(page, "/connections");
  const form = page.getByRole("main").getByRole("search");
  const chosen = { System: fields.system, Environment: fields.environment, Status: fields.status };
  for (const [label, choice] of Object.entries(chosen)) {
    if (choice) await choose(form.getByLabel(label, { exact: true }), choice);
  }
  await form.getByRole("searchbox").fill(fields.search ?? "");
  await form.getByRole("button", { name: "Filter", exact: true }).click();
  await page.waitForURL(/\?/);
  await hydrated(page);
}

/** The links to the records of the table, in its order. */
function names(page: Page): Locator {
  return page.getByRole("main").getByRole("table").locator("tbody td:first-child a");
}

async function expectFound(page: Page, fields: Filter, expected: string[]): Promise<void> {
  await filter(page, fields);
  await expect(names(page), JSON.stringify(fields)).toHaveCount(expected.length);
  expect((await names(page).allInnerTexts()).sort(), JSON.stringify(fields)).toEqual([...expected].sort());
}

test("each filter narrows the list, alone and with the others", async ({ page }) => {
  const { jira, sap } = made;
  const [live, replaced, empty, other] = [`${jira} live`, `${jira} replaced`, `${jira} empty`, `${sap} live`];
  await expectFound(page, { system: jira }, [live, replaced, empty]);
  await expectFound(page, { system: sap }, [other]);
  await expectFound(page, { search: jira }, [live, replaced, empty]);
  await expectFound(page, { search: `order TO ${sap}` }, [other]);
  await expectFound(page, { search: replaced }, [replaced]);
  await expectFound(page, { system: jira, search: "practice/status/200" }, [replaced]);
  await expectFound(page, { system: jira, environment: "Production" }, [live]);
  await expectFound(page, { system: jira, environment: "Sandbox" }, [empty]);
  await expectFound(page, { system: jira, status: "Not Configured" }, [empty]);
  await expectFound(page, { system: jira, status: "Deactivated" }, [replaced]);
  await expectFound(page, { system: jira, status: "Configured" }, [live]);
  await expectFound(page, { system: jira, environment: "Production", status: "Deactivated" }, []);
});

test("the count says how many of all are shown, and the filter stays visible", async ({ page }) => {
  await filter(page, { system: made.jira, environment: "Test" });
  await expect(page.getByRole("main").getByText(/^1 of \d+$/)).toBeVisible();
  const form = page.getByRole("main").getByRole("search");
  await expect(form.getByLabel("System", { exact: true })).toHaveValue(made.jira);
  await expect(form.getByLabel("Environment", { exact: true })).toHaveValue("test");
});

test("the tab Inbound shows who may post, and where to", async ({ page }) => {
  await open(page, "/connections");
  const tabs = page.getByRole("navigation", { name: "Connections", exact: true });
  await expect(tabs.getByRole("link", { name: /^Outbound \d+$/ })).toHaveAttribute("aria-current", "page");
  await tabs.getByRole("link", { name: /^Inbound \d+$/ }).click();
  await expect(page).toHaveURL(/tab=inbound/);
  await expect(tabs.getByRole("link", { name: /^Inbound \d+$/ })).toHaveAttribute("aria-current", "page");
  const row = page.getByRole("row").filter({ has: page.getByRole("link", { name: made.caller, exact: true }) });
  await expect(row).toContainText(`/inbound/${slug(made.jira)}/message`);
  await expect(row).toContainText("Accepted");
  await expect(page.getByRole("link", { name: `${made.jira} replaced`, exact: true })).toHaveCount(0);
});

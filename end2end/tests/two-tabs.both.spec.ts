import type { APIRequestContext, Page } from "@playwright/test";
import { make, makeEnabled, makeIntegration, scripted } from "../fixtures/records";
import { expect, slug, test, unique } from "../fixtures/switchboard";
import { ConnectionPage } from "../pages/connection";
import { ConnectionsPage } from "../pages/connections";
import { ask } from "../pages/controls";

/** The same connection open in two tabs. */
interface Opened {
  integration: string;
  id: string;
  first: ConnectionPage;
  second: ConnectionPage;
}

let script: APIRequestContext;

test.beforeAll(async ({ app }) => {
  script = await scripted(app);
});

test.afterAll(async () => {
  await script?.dispose();
});

async function openTwice(page: Page, endpoint_url: string): Promise<Opened> {
  const name = unique("Shared");
  const integration = await makeIntegration(script, { name, apiName: slug(name), system: "Jira" });
  const form = { name: "Original", environment: "test", authentication: "none", endpoint_url };
  const id = await make(script, `/integrations/${integration}/connections`, form);
  const [first, second] = [new ConnectionPage(page), new ConnectionPage(await page.context().newPage())];
  await first.open(integration, id);
  await second.open(integration, id);
  return { integration, id, first, second };
}

async function pressSave(connection: ConnectionPage): Promise<void> {
  await connection.page.getByRole("button", { name: "Save", exact: true }).first().click();
}

test("the later of two saves is shown both versions, and nothing is lost", async ({ page, app }) => {
  const { integration, id, first, second } = await openTwice(page, `${app.url}/practice/echo`);
  await first.field("Description").fill("from the first tab");
  await first.save();

  await second.field("Name").fill("Renamed");
  await second.field("Description").fill("from the second tab");
  await pressSave(second);
  const alert = second.page.getByRole("alert").filter({ hasText: "saved this record" });
  await expect(alert).toContainText("Nothing was overwritten");
  const difference = (field: string) =>
    alert.getByRole("row").filter({ has: second.page.getByRole("rowheader", { name: field, exact: true }) });
  await expect(difference("Description").getByRole("cell")).toHaveText(["from the second tab", "from the first tab"]);
  await expect(difference("Name").getByRole("cell")).toHaveText(["Renamed", "Original"]);
  await expect(difference("Endpoint URL")).toHaveCount(0);
  // What was typed is still there; what the first stored is untouched.
  await expect(second.field("Description")).toHaveValue("from the second tab");
  await expect(second.field("Name")).toHaveValue("Renamed");
  await first.open(integration, id);
  await expect(first.field("Description")).toHaveValue("from the first tab");
  await expect(first.field("Name")).toHaveValue("Original");

  // With the comparison in view, saving again means it.
  await second.save();
  await first.open(integration, id);
  await expect(first.field("Description")).toHaveValue("from the second tab");
  await expect(first.field("Name")).toHaveValue("Renamed");
});

test("who saves over two others is asked each time", async ({ page, app }) => {
  const { first, second } = await openTwice(page, `${app.url}/practice/echo`);
  await first.field("Description").fill("first");
  await first.save();
  await second.field("Description").fill("second");
  await pressSave(second);
  const stored = second.page.getByRole("alert").getByRole("cell").last();
  await expect(stored).toHaveText("first");
  // Meanwhile it changes once more: the comparison seen is out of date as well.
  await first.field("Description").fill("first again");
  await first.save();
  await pressSave(second);
  await expect(stored).toHaveText("first again");
  await expect(second.field("Description")).toHaveValue("second");
});

test("saving what another tab has deleted says so", async ({ page, app }) => {
  const { first, second } = await openTwice(page, `${app.url}/practice/echo`);
  const question = await ask(first.page, "Delete");
  await question.getByRole("textbox").fill("Original");
  await question.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(first.page).toHaveURL(/\/connections(\?|$)/);
  await second.field("Description").fill("too late");
  await pressSave(second);
  await expect(second.page.getByRole("main")).toContainText(/deleted meanwhile|no such connection/i);
});

test("Enable replaces no connection that it did not name", async ({ page, app }) => {
  const endpoint_url = `${app.url}/practice/echo`;
  const { integration, first } = await openTwice(page, endpoint_url);
  const question = await first.ask("Enable");
  await makeEnabled(script, integration, { name: "Quicker", environment: "production", endpoint_url });
  await question.getByRole("button", { name: "Enable", exact: true }).click();
  await expect(page.getByRole("alert").filter({ hasText: "enabled or disabled meanwhile" })).toBeVisible();
  const list = new ConnectionsPage(page);
  await list.open(integration);
  await list.expectActive("Original", false);
  await list.expectActive("Quicker", true);
});

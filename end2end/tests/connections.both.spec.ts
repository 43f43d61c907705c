import { design } from "../fixtures/design";
import { INSTANCE } from "../fixtures/program";
import { expect, open, test } from "../fixtures/switchboard";
import { ConnectionPage } from "../pages/connection";
import { ConnectionsPage } from "../pages/connections";
import { confirm, control, save } from "../pages/controls";

test("one connection at a time is active; enabling says what it replaces", async ({ page, app }) => {
  const { integration } = await design(page);
  const connection = new ConnectionPage(page);
  const list = new ConnectionsPage(page);
  const endpointUrl = `${app.url}/practice/echo`;
  const first = await connection.create(integration, { name: "Test", environment: "Test", endpointUrl });
  await connection.enable();
  await connection.create(integration, { name: "Production", environment: "Production", endpointUrl });
  await list.open(integration);
  await list.expectActive("Test", true);
  await list.expectActive("Production", false);

  await page.getByRole("main").getByRole("link", { name: "Production", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Production");
  await page.waitForLoadState();
  const question = await connection.ask("Enable");
  await expect(question).toContainText("Test");
  await confirm(page, question, "Enable");
  await expect(control(page.getByRole("main"), "Disable")).toBeVisible();
  await list.open(integration);
  await list.expectActive("Test", false);
  await list.expectActive("Production", true);
  await list.expectCell("Test", "Status", /Deactivated/);

  await connection.open(integration, first);
  await expect(control(page.getByRole("main"), "Enable")).toBeVisible();
});

test("disabling the active connection leaves none", async ({ page, app }) => {
  const { integration } = await design(page);
  const connection = new ConnectionPage(page);
  await connection.create(integration, { name: "Sandbox", environment: "Sandbox", endpointUrl: `${app.url}/practice/echo` });
  await connection.enable();
  await connection.disable();
  const list = new ConnectionsPage(page);
  await list.open(integration);
  await list.expectActive("Sandbox", false);
  await list.expectCell("Sandbox", "Status", /Deactivated/);
  await expect(list.endpoints).toContainText("403");
});

test("a new connection proposes this installation's name and its environment's", async ({ page, app }) => {
  const { integration } = await design(page);
  await open(page, `/integrations/${integration}/connections/new`);
  const connection = new ConnectionPage(page);
  await expect(connection.field("Instance name")).toHaveValue(INSTANCE);
  await connection.fill({ environment: "Development", endpointUrl: `${app.url}/practice/echo` });
  await connection.save();
  await expect(connection.field("Name")).toHaveValue("Development");
});

test("what is missing refuses Enable with a list", async ({ page }) => {
  const { integration } = await design(page);
  const connection = new ConnectionPage(page);
  await connection.create(integration, { name: "Empty", environment: "Test" });
  const list = new ConnectionsPage(page);
  await list.open(integration);
  await list.expectCell("Empty", "Status", /Not Configured/);
  await page.getByRole("main").getByRole("link", { name: "Empty", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Empty");
  await page.waitForLoadState();
  const question = await connection.ask("Enable");
  await expect(question).toContainText("Endpoint URL");
});

test("a wrong URL is refused beside the field and nothing typed is lost", async ({ page }) => {
  const { integration } = await design(page);
  await open(page, `/integrations/${integration}/connections/new`);
  const connection = new ConnectionPage(page);
  await connection.fill({ environment: "Test", name: "Typed", endpointUrl: "ftp://user@host/" });
  await page.getByRole("button", { name: "Save", exact: true }).first().click();
  await expect(connection.field("Endpoint URL")).toHaveAttribute("aria-invalid", "true");
  await expect(connection.field("Name")).toHaveValue("Typed");
  await connection.fill({ endpointUrl: "https://example.com/api" });
  await save(page);
});

test("the widget shows the endpoint, and its page opens", async ({ page }) => {
  const { integration, apiName } = await design(page);
  const list = new ConnectionsPage(page);
  await list.open(integration);
  await expect(list.endpoints).toContainText("POST");
  await expect(list.endpoints).toContainText(`/inbound/${apiName}/message`);
  const link = list.endpoints.getByRole("link").first();
  await expect(link).toHaveAttribute("target", "_blank");
  await page.goto((await link.getAttribute("href")) ?? "");
  await expect(page.getByRole("main")).toContainText("curl");
});

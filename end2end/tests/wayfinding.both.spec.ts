import { design, enabledConnection } from "../fixtures/design";
import { expect, hydrated, open, runsScripts, slug, test, unique } from "../fixtures/switchboard";
import { ConnectionPage } from "../pages/connection";
import { choose, control, recordId, save } from "../pages/controls";
import { InboundUsers } from "../pages/inbound-users";
import { OauthClients } from "../pages/oauth-clients";

test("the health light counts a connection that cannot send, and leads to it at every width", async ({ page, app }) => {
  const { integration, integrationName } = await design(page);
  const id = await enabledConnection(page, integration, { name: "Broken", environment: "Test", endpointUrl: `${app.url}/practice/echo` });
  const connection = new ConnectionPage(page);
  await connection.open(integration, id);
  await connection.fill({ authentication: "Basic", user: "ada" });
  await connection.save();
  const light = page.getByRole("banner").getByRole("link", { name: /connections? cannot send/ });
  await expect(async () => {
    await page.reload();
    await expect(light).toBeVisible({ timeout: 1_000 });
  }).toPass();
  for (const width of [1440, 1024, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await expect(light, `${width} px`).toBeInViewport({ ratio: 1 });
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await hydrated(page);
  await light.click();
  await expect(page.getByRole("heading", { name: "Warnings" })).toBeVisible();
  await expect(page.getByRole("link", { name: `Broken of ${integrationName} cannot send` })).toBeVisible();
  await connection.open(integration, id);
  await connection.disable();
});

test("a new integration leads to its first connection, and the list of all asks which integration", async ({ page }) => {
  const { integration, integrationName } = await design(page);
  await open(page, `/integrations/${integration}`);
  const main = page.getByRole("main");
  await expect(main.getByRole("button", { name: "Enable", exact: true })).toHaveCount(0);
  await control(main, "Make the first connection").click();
  await expect(page).toHaveURL(new RegExp(`/integrations/${integration}/connections/new`));

  await open(page, "/connections");
  await control(main, "New connection").click();
  await expect(page.getByRole("heading", { level: 1, name: "New connection" })).toBeVisible();
  await page.getByRole("link", { name: new RegExp(integrationName) }).click();
  await expect(page).toHaveURL(new RegExp(`/integrations/${integration}/connections/new`));
});

test("a connection says whether it is active, and what is missing once", async ({ page }) => {
  const { integration } = await design(page);
  const connection = new ConnectionPage(page);
  await connection.create(integration, { name: "Empty", environment: "Test" });
  await expect(page.locator(".head-title")).toContainText("Inactive");
  await expect(page.getByRole("main").getByText(/missing:/i)).toHaveCount(1);
  await connection.fill({ endpointUrl: "https://example.com" });
  await connection.save();
  await connection.enable();
  await expect(page.locator(".head-title").getByText("Active", { exact: true })).toBeVisible();
});

test("the API name is proposed from the name", async ({ page }) => {
  const name = unique("Change request");
  await open(page, "/processes");
  await control(page.getByRole("main"), "New process").click();
  await expect(page).toHaveURL(/\/processes\/new/);
  await hydrated(page);
  await page.getByLabel("Name", { exact: true }).fill(name);
  const apiName = page.getByLabel("API name", { exact: true });
  if (runsScripts()) await expect(apiName).toHaveValue(slug(name));
  await save(page);
  await recordId(page, "processes");
  await expect(apiName).toHaveValue(slug(name));
});

test("the area of the settings leads to its first page", async ({ page }) => {
  await open(page, "/settings");
  await expect(page).toHaveURL(/\/settings\/general$/);
  await expect(page.getByRole("heading", { level: 1, name: "Settings" })).toBeVisible();
});

test("the palette finds accounts, clients and pages by name", async ({ page }) => {
  test.skip(!runsScripts(), "the palette needs JavaScript");
  const [user, client] = [unique("Ursula"), unique("Clientele")];
  await new InboundUsers(page).create({ name: user, userId: slug(user), password: "inbound-secret-1" });
  await new OauthClients(page).create({ name: client, inboundUser: user });
  await open(page, "/");
  const palette = page.getByRole("dialog", { name: "Command palette" });
  for (const [typed, heading] of [
    [user, user],
    [client, client],
    ["go to audit", "Audit"],
    ["protocol profiles", "Protocol profiles"],
  ] as const) {
    await page.keyboard.press("Control+k");
    await palette.getByRole("searchbox").fill(typed);
    await expect(palette.getByRole("link").first()).toContainText(new RegExp(typed, "i"));
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { level: 1, name: heading })).toBeVisible();
    await expect(palette).toBeHidden();
  }
});

test("a refused field is not hidden behind the bar of unsaved changes", async ({ page }) => {
  test.skip(!runsScripts(), "without JavaScript the page begins at its top");
  const { integration } = await design(page);
  await page.setViewportSize({ width: 1440, height: 520 });
  await open(page, `/integrations/${integration}/connections/new`);
  const connection = new ConnectionPage(page);
  await connection.fill({ endpointUrl: "https://example.com", testMethod: "GET", expectedStatuses: "none" });
  await page.getByRole("button", { name: "Save", exact: true }).click();
  const field = connection.field("Expected statuses");
  await expect(field).toBeFocused();
  const error = page.locator(".field-error");
  await expect(error).toBeInViewport({ ratio: 1 });
  const [bar, message] = [await page.locator(".unsaved").boundingBox(), await error.boundingBox()];
  expect((message?.y ?? 0) + (message?.height ?? 0)).toBeLessThanOrEqual(bar?.y ?? 0);
});

test("an OAuth client without an inbound user is refused with a way on", async ({ page }) => {
  await open(page, "/oauth-clients/new");
  await expect(page.getByText("8640000 seconds are 100 days.")).toBeVisible();
  await choose(page.getByLabel("Inbound user", { exact: true }), "Choose…");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByLabel("Inbound user", { exact: true })).toHaveAttribute("aria-invalid", "true");
});

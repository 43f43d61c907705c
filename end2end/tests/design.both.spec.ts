import { design } from "../fixtures/design";
import { expect, open, slug, test, unique } from "../fixtures/switchboard";
import { ask, control, save } from "../pages/controls";
import { InboundUsers } from "../pages/inbound-users";
import { Integrations } from "../pages/integration";
import { Processes } from "../pages/process";

test("an application is made, changed and deleted", async ({ page }) => {
  const name = unique("Facilities");
  await open(page, "/applications");
  await control(page.getByRole("main"), "New application").click();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Key", { exact: true }).fill(slug(name));
  await save(page);
  await page.getByLabel("Description", { exact: true }).fill("Buildings and rooms");
  await save(page);
  await page.reload();
  await expect(page.getByLabel("Description", { exact: true })).toHaveValue("Buildings and rooms");

  const question = await ask(page, "Delete");
  await question.getByRole("textbox").fill(name);
  await question.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(page).toHaveURL(/\/applications(\?|$)/);
  await expect(page.getByRole("link", { name, exact: true })).toHaveCount(0);
});

test("a process forms its endpoint at once, and refuses a taken API name beside the field", async ({ page }) => {
  const name = unique("User");
  const processes = new Processes(page);
  await processes.create({ name, apiName: slug(name), description: "Joiners and leavers" });
  await open(page, "/processes");
  await expect(page.getByRole("link", { name, exact: true })).toBeVisible();

  await control(page.getByRole("main"), "New process").click();
  await page.getByLabel("Name", { exact: true }).fill("Another");
  const apiName = page.getByLabel("API name", { exact: true });
  await apiName.fill(slug(name));
  await page.getByLabel("Description", { exact: true }).fill("typed and kept");
  await page.getByRole("button", { name: "Save", exact: true }).first().click();
  await expect(apiName).toHaveAttribute("aria-invalid", "true");
  await expect(apiName).toHaveAccessibleDescription(/taken|already|in use/i);
  await expect(page.getByLabel("Description", { exact: true })).toHaveValue("typed and kept");
});

test("every wrong field gets its message in one go", async ({ page }) => {
  await open(page, "/integrations/new");
  await page.getByRole("button", { name: "Save", exact: true }).first().click();
  for (const label of ["Name", "External system"]) {
    await expect(page.getByLabel(label, { exact: true })).toHaveAttribute("aria-invalid", "true");
  }
});

test("an integration is made and renamed", async ({ page }) => {
  const made = await design(page, "Asset");
  const renamed = unique("Asset to CMDB");
  await open(page, `/integrations/${made.integration}/settings`);
  await page.getByLabel("Name", { exact: true }).fill(renamed);
  await save(page);
  await open(page, "/integrations");
  await expect(page.getByRole("main").getByRole("link", { name: renamed, exact: true })).toBeVisible();
});

test("a message of an integration is made", async ({ page }) => {
  const { integration } = await design(page);
  await new Integrations(page).createMessage(integration, { name: "create", path: "/anything" });
  await open(page, `/integrations/${integration}/messages`);
  await expect(page.getByRole("main").getByRole("table")).toContainText("create");
});

test("an inbound user's password is never shown again and can be replaced", async ({ page }) => {
  const name = unique("ServiceNow");
  await new InboundUsers(page).create({ name, userId: slug(name), password: "first-password" });
  await page.reload();
  expect(await page.content()).not.toContain("first-password");
  await expect(page.getByText(/^Set on /).first()).toBeVisible();
  await page.getByText("Replace", { exact: true }).first().click();
  await page.getByLabel("Password", { exact: true }).fill("second-password");
  await save(page);
});

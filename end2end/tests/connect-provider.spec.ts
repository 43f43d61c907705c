import { Oidc } from "../fixtures/oidc";
import { expect, hydrated, open, slug, test, unique } from "../fixtures/switchboard";
import { ConnectionPage } from "../pages/connection";
import { choose, control, save } from "../pages/controls";
import { consent, leave } from "../pages/provider";

// What a designer does who connects a provider for the first time: nothing is typed that the pages do not ask for, and
// nothing is looked up elsewhere but the client ID and secret that the provider gave.
test("from an empty page to a proven connection with OAuth 2.0", async ({ page, context }) => {
  const oidc = await Oidc.start();
  const shot = (name: string) => page.screenshot({ path: test.info().outputPath(`${name}.png`) });
  const name = unique("Tracker");
  await open(page, "/");
  const navigation = page.getByRole("navigation", { name: "Main" });
  await navigation.getByRole("link", { name: /^Processes/ }).click();
  await control(page.getByRole("main"), "New process").click();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("API name", { exact: true }).fill(slug(name));
  await save(page);
  await navigation.getByRole("link", { name: /^Integrations/ }).click();
  await control(page.getByRole("main"), "New integration").click();
  await hydrated(page);
  await page.getByLabel("Name", { exact: true }).fill(`${name} to Jira`);
  await choose(page.getByLabel("Process", { exact: true }), name);
  await page.getByLabel("External system", { exact: true }).fill("Jira");
  await save(page);
  await page.getByRole("link", { name: "Connections", exact: true }).first().click();
  await control(page.getByRole("main"), "New connection").click();
  await expect(page).toHaveURL(/\/connections\/new/);
  const connection = new ConnectionPage(page);
  await connection.field("Endpoint URL").fill(oidc.api);
  await choose(connection.field("Authentication"), "OAuth 2.0");
  await shot("1-connection");

  // The profile is made in another tab; the form here keeps what was typed.
  const [tab] = await Promise.all([context.waitForEvent("page"), page.getByRole("link", { name: /New OAuth profile/ }).click()]);
  await hydrated(tab);
  await tab.getByLabel("Name", { exact: true }).fill(name);
  await tab.getByLabel("Issuer", { exact: true }).fill(oidc.issuer);
  await tab.getByRole("button", { name: "Find URLs from the issuer" }).click();
  await expect(tab.getByLabel("Token URL", { exact: true })).toHaveValue(`${oidc.issuer}/token`);
  await expect(tab.getByLabel("API origins", { exact: true })).toHaveValue(new RegExp(oidc.api));
  await tab.getByLabel("Client ID", { exact: true }).fill("tracker");
  await tab.getByLabel("Client secret", { exact: true }).fill(oidc.secret);
  await tab.getByLabel("Scopes", { exact: true }).fill("openid offline_access");
  await tab.screenshot({ path: test.info().outputPath("2-profile.png"), fullPage: true });
  await save(tab);
  await tab.close();

  await page.bringToFront();
  await expect(connection.field("OAuth profile").locator("option:checked"), "what was just made is chosen").toContainText(name);
  await choose(connection.field("OAuth profile"), name);
  await save(page);
  await shot("3-saved");
  const redirect = (await page.getByText(/\/oauth\/callback\//).first().innerText()).trim();
  oidc.registerForCode("tracker", redirect, { application_type: "native" } as never);
  await leave(page, oidc, "Get OAuth token");
  await consent(page);
  await expect(page.getByRole("list", { name: "Token timeline" })).toContainText("Authorised by admin");
  await hydrated(page);
  await shot("4-authorised");
  const modal = await connection.startTest();
  await modal.run("Authorised");
  await expect(modal.step("Token")).toContainText(/stored token/);
  await shot("5-tested");
  await modal.done();
  await expect(page.getByText("Connected", { exact: true }).first()).toBeVisible();
  await page.screenshot({ path: test.info().outputPath("6-page.png"), fullPage: true });
  await connection.enable();
  await oidc.stop();
});

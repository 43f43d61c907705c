import { make, makeIntegration, scripted } from "../fixtures/records";
import { expect, slug, test, unique } from "../fixtures/switchboard";
import { ConnectionPage } from "../pages/connection";

test("a session that ends while somebody types loses nothing", async ({ page, app }) => {
  const script = await scripted(app);
  const name = unique("Ended");
  const integration = await makeIntegration(script, { name, apiName: slug(name), system: "Jira" });
  const form = { name: "Test", environment: "test", authentication: "none", endpoint_url: `${app.url}/practice/echo` };
  const connection = new ConnectionPage(page);
  await connection.open(integration, await make(script, `/integrations/${integration}/connections`, form));
  await script.dispose();

  await connection.field("Description").fill("typed before the session ended");
  const cookies = await page.context().cookies();
  await page.context().clearCookies();
  await page.getByRole("button", { name: "Save", exact: true }).first().click();
  const alert = page.getByRole("alert").filter({ hasText: "Your session has ended" });
  await expect(alert.getByRole("link", { name: "Log in" })).toHaveAttribute("target", "_blank");
  await expect(connection.field("Description")).toHaveValue("typed before the session ended");

  // As after logging in in the other tab.
  await page.context().addCookies(cookies);
  await connection.save();
  await page.reload();
  await expect(connection.field("Description")).toHaveValue("typed before the session ended");
});

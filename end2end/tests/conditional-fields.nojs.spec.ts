import { design } from "../fixtures/design";
import { expect, open, test } from "../fixtures/switchboard";
import { ConnectionPage } from "../pages/connection";

test("without JavaScript every conditional field can still be reached, and the server decides", async ({ page, app }) => {
  const { integration } = await design(page);
  await open(page, `/integrations/${integration}/connections/new`);
  const connection = new ConnectionPage(page);
  await connection.fill({
    environment: "Test",
    endpointUrl: `${app.url}/practice/echo`,
    authentication: "Bearer token",
    token: "typed-token-1",
  });
  await connection.save();
  await expect(connection.field("Authentication")).toHaveValue("bearer");
  expect(await page.content()).not.toContain("typed-token-1");
  await expect(page.getByText(/^Set on /).first()).toBeVisible();
});

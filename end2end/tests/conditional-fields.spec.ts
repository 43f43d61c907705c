import { design } from "../fixtures/design";
import { expect, open, test } from "../fixtures/switchboard";
import { ConnectionPage, type Authentication } from "../pages/connection";

/** Which fields each Authentication brings. */
const BRINGS: Record<Authentication, string[]> = {
  None: [],
  Basic: ["User", "Password"],
  "OAuth 2.0": ["OAuth profile"],
  "API key": ["API key", "Send API key in", "API key name"],
  "Bearer token": ["Token"],
};
const ALL = Object.values(BRINGS).flat();

test("fields appear with the choice that needs them and go with it", async ({ page }) => {
  const { integration } = await design(page);
  await open(page, `/integrations/${integration}/connections/new`);
  const connection = new ConnectionPage(page);
  for (const [authentication, brought] of Object.entries(BRINGS)) {
    await connection.fill({ authentication: authentication as Authentication });
    for (const label of ALL) {
      await expect(connection.field(label), `${label} with ${authentication}`).toBeVisible({
        visible: brought.includes(label),
      });
    }
  }
});

test("Mutual auth brings the protocol profile, whatever the Authentication", async ({ page }) => {
  const { integration } = await design(page);
  await open(page, `/integrations/${integration}/connections/new`);
  const connection = new ConnectionPage(page);
  const mutualAuth = page.getByRole("switch", { name: "Mutual auth" });
  for (const authentication of ["None", "Basic"] as const) {
    await connection.fill({ authentication });
    await expect(connection.field("Protocol profile")).toBeHidden();
    await mutualAuth.click();
    await expect(connection.field("Protocol profile")).toBeVisible();
    await mutualAuth.click();
  }
});

test("a hidden field is not sent", async ({ page, app }) => {
  const { integration } = await design(page);
  await open(page, `/integrations/${integration}/connections/new`);
  const connection = new ConnectionPage(page);
  await connection.fill({ environment: "Test", endpointUrl: `${app.url}/practice/echo`, authentication: "Basic" });
  await connection.fill({ user: "hidden-user", password: "hidden-password" });
  await connection.fill({ authentication: "None" });
  const sent = page.waitForRequest((request) => request.method() === "POST" && request.url().includes("/fn/"));
  await connection.save();
  const body = (await sent).postData() ?? "";
  expect(body).not.toContain("hidden-user");
  expect(body).not.toContain("hidden-password");
});

import { Program, ADMIN } from "../fixtures/program";
import { expect, hydrated, open, test } from "../fixtures/switchboard";
import { logIn } from "../pages/login";

const ANONYMOUS = { cookies: [], origins: [] };

test.describe("without a session", () => {
  test.use({ storageState: ANONYMOUS });

  test("every page leads to the log-in, and back after it", async ({ page }) => {
    await page.goto("/integrations");
    await expect(page).toHaveURL(/\/login/);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await hydrated(page);
    await logIn(page, ADMIN.user, ADMIN.password);
    await expect(page).toHaveURL(/\/integrations(\?|$)/);
  });

  test("a wrong password is refused in plain words, and says nothing about the user", async ({ page }) => {
    const messages: string[] = [];
    for (const user of [ADMIN.user, "nobody-here"]) {
      await open(page, "/login");
      await logIn(page, user, "wrong password");
      const alert = page.getByRole("alert").first();
      await expect(alert).toContainText(/password/i);
      messages.push(await alert.innerText());
      await expect(page.getByLabel("User name", { exact: true })).toHaveValue(user);
      // What was typed may stay in the field while the page is live; it never comes back in the page itself.
      expect(await page.content()).not.toContain("wrong password");
    }
    expect(messages[0]).toBe(messages[1]);
  });

  test("logging out ends the session", async ({ page, context }) => {
    await open(page, "/login");
    await logIn(page, ADMIN.user, ADMIN.password);
    await expect(page).not.toHaveURL(/\/login/);
    await hydrated(page);
    const before = await context.cookies();
    const logOut = page.getByRole("button", { name: "Log out" });
    if (!(await logOut.isVisible())) await page.getByRole("banner").getByText(ADMIN.user).first().click();
    await logOut.click();
    await expect(page).toHaveURL(/\/login/);
    // The cookie is worth nothing any more, even where somebody kept a copy.
    await context.addCookies(before);
    await page.goto("/integrations");
    await expect(page).toHaveURL(/\/login/);
  });
});

test.describe("a new installation", () => {
  test.use({ storageState: ANONYMOUS });

  test("is set up once, by whoever can read its log", async ({ page }) => {
    const program = await Program.start({
      SWITCHBOARD_ADMIN_USER: undefined,
      SWITCHBOARD_ADMIN_PASSWORD: undefined,
      SWITCHBOARD_INSTANCE_NAME: undefined,
    });
    try {
      await page.goto(`${program.url}/connections`);
      await expect(page).toHaveURL(/\/setup/);

      const path = /\/setup\?code=[^\s"\\]+/.exec(program.log())?.[0];
      expect(path, "the log prints the address with the code").toBeDefined();
      await page.goto(program.url + path);
      await hydrated(page);
      await page.getByLabel("User name", { exact: true }).fill("ada");
      await page.getByLabel("Password", { exact: true }).fill("a long enough password");
      await page.getByLabel("Instance name", { exact: true }).fill("acme-new");
      await page.getByRole("button", { name: "Create administrator" }).click();
      await expect(page).not.toHaveURL(/\/setup/);
      await expect(page.getByText("acme-new").first()).toBeVisible();

      // The door is closed behind the first one.
      await page.goto(program.url + path);
      await expect(page.getByRole("button", { name: "Create administrator" })).toHaveCount(0);
    } finally {
      await program.discard();
    }
  });
});

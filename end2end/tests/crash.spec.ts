import { caller, design, enabledConnection, external } from "../fixtures/design";
import { killRounds } from "../fixtures/kill-rounds";
import { ADMIN, Program } from "../fixtures/program";
import { make, makeEnabled, makeIntegration, scripted } from "../fixtures/records";
import { expect, open, test } from "../fixtures/switchboard";
import { logIn } from "../pages/login";

const ROUNDS = 10;
/** Not so many that looking at the page of each takes minutes. */
const ACKNOWLEDGED_PER_ROUND = 60;
/** The target answers long after the program is gone. */
const SLOW_SECONDS = 20;

test.use({ storageState: { cookies: [], origins: [] } });

test(`what was acknowledged survives ${ROUNDS} kills`, async ({ browser }) => {
  test.setTimeout(240_000);
  const program = await Program.start();
  try {
    const page = await browser.newPage({ baseURL: program.url });
    await logIn(page, ADMIN.user, ADMIN.password);
    await expect(page).not.toHaveURL(/\/login/);
    const { integration, apiName } = await design(page, "Crash");
    const user = await caller(page);
    const endpointUrl = `${program.url}/practice/echo`;
    await enabledConnection(page, integration, { environment: "Test", endpointUrl, inboundUser: user.name });
    const jira = await external(program.url, user);
    // The session survives as well.
    const reader = page.context().request;
    const { acknowledged, missing } = await killRounds(program, {
      rounds: ROUNDS,
      acknowledgedPerRound: ACKNOWLEDGED_PER_ROUND,
      post: (word) => jira.post(`/inbound/${apiName}/message`, { data: { word } }),
      read: async (number) => {
        const answer = await reader.get(`/transactions/${number}`);
        return answer.ok() ? answer.text() : undefined;
      },
    });
    expect(acknowledged).toBeGreaterThanOrEqual(ROUNDS * ACKNOWLEDGED_PER_ROUND);
    expect(missing, `of ${acknowledged} acknowledged`).toEqual([]);
    await jira.dispose();
    await page.context().close();
  } finally {
    await program.discard();
  }
});

test("a request that a kill interrupted is marked as such, and is not sent again by itself", async ({ page }) => {
  const program = await Program.start();
  try {
    const script = await scripted(program);
    const integration = await makeIntegration(script, { name: "Slow", apiName: "slow", system: "Snail" });
    await make(script, `/integrations/${integration}/messages`, { name: "create", method: "POST", path: "/issue", active: "on" });
    const endpoint_url = `${program.url}/practice/delay/${SLOW_SECONDS}`;
    await makeEnabled(script, integration, { name: "Test", environment: "test", endpoint_url });
    const answer = await script.post(`/api/v1/integrations/${integration}/messages/create`, { data: { summary: "half" } });
    const { transaction } = await answer.json();
    const stored = async () => (await script.get(`/api/v1/transactions/${transaction}`)).json();
    await expect.poll(async () => (await stored()).state).toMatch(/sending/i);
    await program.kill();
    await program.restart();

    await page.goto(`${program.url}/login`);
    await logIn(page, ADMIN.user, ADMIN.password);
    await expect(page).not.toHaveURL(/\/login/);
    await open(page, `${program.url}/transactions/${transaction}`);
    const attempt = page.getByRole("group", { name: "Attempt 1" });
    await expect(attempt).toContainText("Switchboard stopped while this was being sent");
    await expect(attempt).toContainText("may or may not have received it");
    await expect(attempt).toContainText("No answer");
    await expect(page.getByRole("group", { name: "Attempt 2" })).toHaveCount(0);
    expect((await stored()).state).toMatch(/error/i);

    // The way out that the sentence names.
    await page.getByRole("button", { name: "Replay", exact: true }).click();
    await expect(page).toHaveURL(new RegExp(`/transactions/${transaction}\\.1`));
    await script.dispose();
    // An open page keeps asking for what has changed, and complains when nobody answers.
    await page.close();
  } finally {
    await program.discard();
  }
});

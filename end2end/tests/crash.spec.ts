import type { APIResponse } from "@playwright/test";
import { caller, design, enabledConnection, external } from "../fixtures/design";
import { ADMIN, Program } from "../fixtures/program";
import { expect, test } from "../fixtures/switchboard";
import { logIn } from "../pages/login";

const ROUNDS = 10;
const SENDERS = 8;
const MILLISECONDS_UNDER_LOAD = 400;
/** Between two messages of a sender: enough of them, and not so many that looking at each takes minutes. */
const PAUSE_MS = 10;
const AT_A_TIME = 16;

/** Posts until told to stop or until the program is gone; every acknowledged number is kept. */
async function load(
  post: (word: string) => Promise<APIResponse>,
  name: string,
  acknowledged: Map<string, string>,
  going: () => boolean,
): Promise<void> {
  for (let n = 0; going(); n += 1) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    const word = `${name}n${n}.`;
    const answer = await post(word).catch(() => undefined);
    if (answer?.status() !== 202) continue;
    // The kill may cut the body off: only a number that arrived was promised.
    const number = await answer.json().then((body) => body.transaction as string, () => undefined);
    if (number !== undefined) acknowledged.set(number, word);
  }
}

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
    const path = `/inbound/${apiName}/message`;
    const jira = await external(program.url, user);

    const acknowledged = new Map<string, string>();
    for (let round = 0; round < ROUNDS; round += 1) {
      let going = true;
      const post = (word: string) => jira.post(path, { data: { word } });
      const senders = Array.from({ length: SENDERS }, (_, sender) =>
        load(post, `r${round}s${sender}`, acknowledged, () => going),
      );
      await new Promise((resolve) => setTimeout(resolve, MILLISECONDS_UNDER_LOAD));
      await program.kill();
      going = false;
      await Promise.all(senders);
      await program.restart();
    }
    expect(acknowledged.size).toBeGreaterThan(ROUNDS);

    // The session survived as well.
    const missing: string[] = [];
    const reader = page.context().request;
    const looked = [...acknowledged].map(([number, word]) => async () => {
      const answer = await reader.get(`/transactions/${number}`);
      if (!answer.ok() || !(await answer.text()).includes(word)) missing.push(number);
    });
    while (looked.length > 0) await Promise.all(looked.splice(0, AT_A_TIME).map((look) => look()));
    expect(missing, `of ${acknowledged.size} acknowledged`).toEqual([]);
    await jira.dispose();
    await page.context().close();
  } finally {
    await program.discard();
  }
});

import { expect, type Locator, type Page } from "@playwright/test";
import { open } from "../fixtures/switchboard";
import { choose, confirm, control, decision, recordId, save } from "./controls";

export interface OauthClientFields {
  name: string;
  /** Name of the inbound user its tokens stand for. */
  inboundUser: string;
}

/** External systems that fetch tokens at our token endpoint. */
export class OauthClients {
  constructor(private readonly page: Page) {}

  /** Makes one with the client credentials grant and returns its id. */
  async create(fields: OauthClientFields): Promise<string> {
    const { page } = this;
    await open(page, "/oauth-clients");
    await control(page.getByRole("main"), "New OAuth client").click();
    await page.getByLabel("Name", { exact: true }).fill(fields.name);
    await choose(page.getByLabel("Inbound user", { exact: true }), fields.inboundUser);
    await save(page);
    return recordId(page, "oauth-clients");
  }

  /** Makes a secret of the client whose page is open, and returns its text, which is shown this once. */
  async newSecret(): Promise<string> {
    const { page } = this;
    await page.getByRole("button", { name: "New secret", exact: true }).click();
    const notice = page.getByRole("status").filter({ hasText: "Copy it now" });
    await expect(notice).toBeVisible();
    return (await notice.locator("code.token").innerText()).trim();
  }

  /** Opens the question of the secret that begins so. */
  async askToRevoke(begins: string): Promise<Locator> {
    await this.page.getByRole("button", { name: `Revoke ${begins}…`, exact: true }).click();
    return decision(this.page, "Revoke");
  }

  async revoke(begins: string): Promise<void> {
    await confirm(this.page, await this.askToRevoke(begins), "Revoke");
  }
}

import { expect, type Page } from "@playwright/test";
import { open } from "../fixtures/switchboard";
import { control } from "./controls";

/** Settings → API tokens. */
export class ApiTokens {
  constructor(private readonly page: Page) {}

  /** Makes one and returns its text, which is shown this once. */
  async create(name: string): Promise<string> {
    const { page } = this;
    await open(page, "/settings/tokens");
    await page.getByLabel("Name", { exact: true }).fill(name);
    await control(page.getByRole("main"), "New token").click();
    const token = page.getByLabel(/^(New token|Token|Your token)$/).or(page.getByRole("main").locator("code, output"));
    await expect(token.first()).toBeVisible();
    const element = token.first();
    const isInput = await element.evaluate((node) => node instanceof HTMLInputElement);
    return (isInput ? await element.inputValue() : await element.innerText()).trim();
  }
}

import { expect, type Page } from "@playwright/test";
import { open } from "../fixtures/switchboard";
import { control, recordId, save } from "./controls";

export interface ProcessFields {
  name: string;
  apiName: string;
  description?: string;
}

/** Processes: the list and the form. */
export class Processes {
  constructor(private readonly page: Page) {}

  /** Makes one in the first application and returns its id. */
  async create(fields: ProcessFields): Promise<string> {
    const { page } = this;
    await open(page, "/processes");
    await control(page.getByRole("main"), "New process").click();
    await expect(page).toHaveURL(/\/processes\/new/);
    await page.getByLabel("Name", { exact: true }).fill(fields.name);
    await page.getByLabel("API name", { exact: true }).fill(fields.apiName);
    if (fields.description) await page.getByLabel("Description", { exact: true }).fill(fields.description);
    await save(page);
    return recordId(page, "processes");
  }
}

import { expect, type Locator, type Page } from "@playwright/test";
import { open } from "../fixtures/switchboard";
import { ask, choose, confirm, control, recordId, save } from "./controls";
import { TestModal } from "./test-modal";

export type Authentication = "None" | "Basic" | "OAuth 2.0" | "API key" | "Bearer token";

export interface ConnectionFields {
  name?: string;
  environment?: string;
  endpointUrl?: string;
  instanceName?: string;
  authentication?: Authentication;
  user?: string;
  password?: string;
  token?: string;
  apiKey?: string;
  apiKeyName?: string;
  /** Name of the inbound user. */
  inboundUser?: string;
  testMethod?: string;
  testPath?: string;
  expectedStatuses?: string;
}

/** One connection: its form, its state and its test. */
export class ConnectionPage {
  constructor(readonly page: Page) {}

  /** Makes one and returns its id. */
  async create(integration: string, fields: ConnectionFields): Promise<string> {
    const { page } = this;
    await open(page, `/integrations/${integration}/connections`);
    await control(page.getByRole("main"), "New connection").click();
    await expect(page).toHaveURL(/\/connections\/new/);
    await this.fill(fields);
    await save(page);
    return recordId(page, "connections");
  }

  async open(integration: string, connection: string): Promise<void> {
    await open(this.page, `/integrations/${integration}/connections/${connection}`);
  }

  field(label: string): Locator {
    return this.page.getByLabel(label, { exact: true });
  }

  /** Types what is given, in the order of the form: choices first reveal what depends on them. */
  async fill(fields: ConnectionFields): Promise<void> {
    if (fields.environment) await choose(this.field("Environment"), fields.environment);
    if (fields.authentication) await choose(this.field("Authentication"), fields.authentication);
    if (fields.inboundUser) await choose(this.field("Inbound user"), fields.inboundUser);
    const typed: [string, string | undefined][] = [
      ["Name", fields.name],
      ["Endpoint URL", fields.endpointUrl],
      ["Instance name", fields.instanceName],
      ["User", fields.user],
      ["Password", fields.password],
      ["Token", fields.token],
      ["API key", fields.apiKey],
      ["API key name", fields.apiKeyName],
      ["Test path", fields.testPath],
      ["Expected statuses", fields.expectedStatuses],
    ];
    if (fields.testMethod) await choose(this.field("Test method"), fields.testMethod);
    for (const [label, value] of typed) {
      if (value !== undefined) await this.field(label).fill(value);
    }
  }

  async save(): Promise<void> {
    await save(this.page);
  }

  async enable(): Promise<void> {
    await this.decide("Enable");
  }

  async disable(): Promise<void> {
    await this.decide("Disable");
  }

  /** Opens the question without answering it. */
  ask(action: "Enable" | "Disable" | "Delete"): Promise<Locator> {
    return ask(this.page, action);
  }

  async startTest(): Promise<TestModal> {
    await control(this.page.getByRole("main"), "Connection Test").click();
    return new TestModal(this.page);
  }

  private async decide(action: "Enable" | "Disable"): Promise<void> {
    const opposite = action === "Enable" ? "Disable" : "Enable";
    await confirm(this.page, await this.ask(action), action);
    await expect(control(this.page.getByRole("main"), opposite)).toBeVisible();
  }
}

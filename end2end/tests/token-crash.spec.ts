import { codeConnection, pageOf, tested, tokenOf } from "../fixtures/oauth-records";
import { Oidc } from "../fixtures/oidc";
import { ADMIN, Program } from "../fixtures/program";
import { scripted } from "../fixtures/records";
import { expect, open, test } from "../fixtures/switchboard";
import { logIn } from "../pages/login";
import { consent, leave } from "../pages/provider";

test.use({ storageState: { cookies: [], origins: [] } });

for (const [when, left] of [
  ["before", "the provider has not read the call: the token there was serves on"],
  ["after", "the provider has replaced the refresh token: it says Expired, and people are told"],
] as const) {
  test(`kill -9 during a refresh, ${left}`, async ({ browser }) => {
    test.setTimeout(120_000);
    const [oidc, program] = [await Oidc.start(), await Program.start()];
    try {
      const page = await browser.newPage({ baseURL: program.url });
      await logIn(page, ADMIN.user, ADMIN.password);
      await expect(page).not.toHaveURL(/\/login/);
      const api = await scripted(program);
      const made = await codeConnection(api, oidc);
      await open(page, pageOf(made));
      await leave(page, oidc, "Get OAuth token");
      await consent(page);
      await expect(page.getByRole("list", { name: "Token timeline" })).toContainText("Authorised");
      const enabled = await api.post(`/api/v1/connections/${made.connection}/enable`, { data: {} });
      expect(enabled.ok(), await enabled.text()).toBe(true);
      expect(await tested(api, made.connection)).toMatchObject({ proven: true });
      await page.context().close();

      // The API refuses the token, so that the next use asks for another one.
      oidc.refuseTokens();
      const { came, goOn } = oidc.hold(when);
      const cut = tested(api, made.connection).catch(() => "cut");
      await came;
      await program.kill();
      expect(await cut).toBe("cut");
      goOn();
      await program.restart();

      if (when === "before") {
        expect(await tested(api, made.connection)).toMatchObject({ proven: true });
      } else {
        // Nothing is sent and nobody asks: it is found out by itself.
        const incidents = async () => (await (await api.get("/api/v1/incidents")).json()).items;
        const about = { kind: "refused", subject: `connection:${made.connection}` };
        await expect.poll(incidents, { timeout: 60_000 }).toEqual([expect.objectContaining(about)]);
        const shown = await (await api.get(`/api/v1/connections/${made.connection}`)).json();
        expect(shown.status.status).toBe("expired");
      }
      const kinds = (await tokenOf(api, made.connection)).events.map((event) => event.kind);
      expect(kinds).toContain("interrupted");
      await api.dispose();
    } finally {
      await program.discard();
      await oidc.stop();
    }
  });
}

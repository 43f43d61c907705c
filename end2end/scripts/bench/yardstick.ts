import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Child } from "../../fixtures/child";

/** The bare axum routes that inbound is compared with (server/store/examples/yardstick.rs). */
export class Yardstick {
  private constructor(
    readonly url: string,
    private readonly child: Child,
    private readonly folder: string,
  ) {}

  static async start(): Promise<Yardstick> {
    const folder = mkdtempSync(join(tmpdir(), "switchboard-yardstick-"));
    const child = Child.start(binary(), [], join(folder, "log"), folder, { ...process.env, TMPDIR: folder });
    const [, url = ""] = await child.says(/^listening on (\S+)$/m);
    return new Yardstick(url, child, folder);
  }

  async discard(): Promise<void> {
    await this.child.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** `SWITCHBOARD_YARDSTICK`, else the release build in the target folder. */
function binary(): string {
  const target = process.env.CARGO_TARGET_DIR ?? resolve(import.meta.dirname, "../../../target");
  return process.env.SWITCHBOARD_YARDSTICK ?? join(target, "release", "examples", "yardstick");
}

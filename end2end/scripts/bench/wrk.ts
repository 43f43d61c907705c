import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** What one run of wrk found. Times are milliseconds. */
export interface Measured {
  perSecond: number;
  p50: number;
  p95: number;
  p99: number;
  /** Answers of 2xx and 3xx. */
  good: number;
  /** Other answers, broken connections and time-outs. */
  errors: number;
}

/** A request as Lua: statements that prepare, and the body of wrk's `request`. */
export interface Sent {
  prepare: string[];
  request?: string[];
}

export interface Load {
  url: string;
  connections: number;
  seconds: number;
  sent: Sent;
  /** Mean milliseconds that a connection waits before its next request; chance decides from 0 to twice this. */
  thinkMs?: number;
}

/** What `done` prints before its numbers. */
const MARK = "measured ";
/** wrk calls it when everything is over. */
const DONE = `done = function(summary, latency)
  local e = summary.errors
  local bad = e.connect + e.read + e.write + e.timeout + e.status
  local p50, p95, p99 = latency:percentile(50), latency:percentile(95), latency:percentile(99)
  local numbers = { summary.requests, summary.duration, p50, p95, p99, bad, e.status }
  io.write("${MARK}" .. table.concat(numbers, " ") .. "\\n")
end`;

/** Runs wrk with one thread: the program needs the other core. */
export async function wrk(load: Load): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), "switchboard-wrk-"));
  const script = join(folder, "load.lua");
  writeFileSync(script, lua(load));
  const size = ["-t1", `-c${load.connections}`, `-d${load.seconds}s`];
  try {
    const { stdout } = await promisify(execFile)("wrk", [...size, "-s", script, load.url]);
    return read(stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function lua({ sent, thinkMs }: Load): string {
  const request = sent.request ? ["request = function()", ...sent.request, "end"] : [];
  const delay = thinkMs ? [`delay = function() return math.floor(math.random() * ${2 * thinkMs} + 0.5) end`] : [];
  return [...sent.prepare, ...request, ...delay, DONE].join("\n");
}

function read(output: string): Measured {
  const line = output.split("\n").find((text) => text.startsWith(MARK));
  if (!line) throw new Error(`wrk did not measure:\n${output}`);
  const [requests = 0, microseconds = 1, p50 = 0, p95 = 0, p99 = 0, errors = 0, refused = 0] = line
    .slice(MARK.length)
    .split(" ")
    .map(Number);
  const perSecond = requests / (microseconds / 1e6);
  return { perSecond, p50: p50 / 1e3, p95: p95 / 1e3, p99: p99 / 1e3, good: requests - refused, errors };
}

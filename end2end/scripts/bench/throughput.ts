import { message, INBOUND } from "./subject";
import { wrk, type Measured, type Sent } from "./wrk";
import { Yardstick } from "./yardstick";

/** Connections of the comparison, as promised. */
export const CALLERS = 64;
/** Connections that look at a page. */
export const VISITORS = 4;
const CALIBRATION_SECONDS = 2;

export interface Row {
  what: string;
  measured: Measured;
}

/** The three bare routes, with the same wrk script as inbound. */
export async function yardsticks(seconds: number): Promise<Row[]> {
  const yardstick = await Yardstick.start();
  const kinds = { none: "keeps nothing", each: "commits each", group: "commits groups" };
  const rows: Row[] = [];
  try {
    for (const [route, does] of Object.entries(kinds)) {
      const load = { url: `${yardstick.url}/${route}`, connections: CALLERS, seconds, sent: message() };
      rows.push({ what: `bare axum route that ${does}`, measured: await wrk(load) });
    }
  } finally {
    await yardstick.discard();
  }
  return rows;
}

export function inbound(url: string, seconds: number): Promise<Measured> {
  return wrk({ url: url + INBOUND, connections: CALLERS, seconds, sent: message() });
}

/**
 * Inbound at half of `most` requests a second: every connection waits before its next request. How long is found
 * in a short run first, because the answers' own time is part of a connection's turn.
 */
export async function inboundAtHalf(url: string, seconds: number, most: number): Promise<Measured> {
  const turnMs = (CALLERS / (most / 2)) * 1e3;
  const paced = (thinkMs: number, seconds: number) =>
    wrk({ url: url + INBOUND, connections: CALLERS, seconds, sent: message(), thinkMs });
  const trial = await paced(turnMs / 2, CALIBRATION_SECONDS);
  const answerMs = (CALLERS / trial.perSecond) * 1e3 - turnMs / 2;
  return paced(Math.max(turnMs - answerMs, 0), seconds);
}

/** Sends until so many are stored; returns how many are. */
export async function fill(url: string, seconds: number, already: number, wanted: number): Promise<number> {
  let stored = already;
  while (stored < wanted) {
    const { good, errors } = await inbound(url, seconds);
    if (good === 0) throw new Error(`none of ${errors} messages was accepted`);
    stored += good;
  }
  return stored;
}

export async function pages(url: string, seconds: number, sent: Sent, paths: Record<string, string>): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [what, path] of Object.entries(paths)) {
    rows.push({ what, measured: await wrk({ url: url + path, connections: VISITORS, seconds, sent }) });
  }
  return rows;
}

import type { Program } from "../../fixtures/program";

const STARTS = 5;
/** Between two looks whether it answers: a start takes some ten of them. */
const LOOK_EVERY_MS = 1;
/** What a start allocates for itself is given back by then. */
const IDLE_MS = 3_000;

/** Starts on the data that is there, ascending. */
export interface Starts {
  /** From exec to the first good answer of `/readyz`. */
  readyAfterMs: number[];
  idleBytes: number[];
}

export async function starts(program: Program): Promise<Starts> {
  const readyAfterMs: number[] = [];
  const idleBytes: number[] = [];
  for (let start = 0; start < STARTS; start += 1) {
    await program.stop();
    const begun = performance.now();
    await program.restart(LOOK_EVERY_MS);
    readyAfterMs.push(performance.now() - begun);
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    idleBytes.push(program.memory().now);
  }
  return { readyAfterMs: readyAfterMs.sort((a, b) => a - b), idleBytes: idleBytes.sort((a, b) => a - b) };
}

/*
 * Runs the buffer's model test without end, each round from another seed, until it fails or Ctrl-C.
 * What fails is kept in .cache/fuzz, and run first the next time.
 */

/** Some seconds' worth. */
const HISTORIES_PER_ROUND = 20_000;

const decoder = new TextDecoder();
const say = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));

let histories = 0;
for (let seed = Date.now() % 2 ** 31;; seed++) {
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-check", "--quiet", "tests/buffer/model_test.ts"],
    cwd: new URL("../", import.meta.url),
    env: {
      FALCO_LAKE_SEED: String(seed),
      FALCO_LAKE_HISTORIES: String(HISTORIES_PER_ROUND),
      NO_COLOR: "1",
    },
    stderr: "inherit",
  }).output();
  if (!success) {
    say(decoder.decode(stdout));
    Deno.exit(1);
  }
  histories += HISTORIES_PER_ROUND;
  say(`${histories} histories, the last ${HISTORIES_PER_ROUND} from seed ${seed}`);
}

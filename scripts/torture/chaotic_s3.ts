import { ObjectStore } from "./object_store.ts";
import { drawFault, drawWeather, type Weather } from "./s3_fault.ts";
import { S3Server } from "./s3_server.ts";
import { seeded } from "./seeded.ts";
import { Tally } from "./tally.ts";
import { type Chaos, objectsIn, type TortureLake } from "./torture_lake.ts";

/**
 * An S3 server that knows PutObject and little luck. It keeps a whole object with the right
 * checksum or nothing, and watches that a key never gets other bytes than it had.
 *
 * @param directory where it keeps the objects
 */
export function chaoticS3(
  seed: number,
  directory: string,
): TortureLake & { readonly chaos: Chaos } & AsyncDisposable {
  const chaos = new ChaoticS3(seed, directory);
  return {
    environment: chaos.server.environment,
    chaos,
    objects: () => objectsIn(directory),
    [Symbol.asyncDispose]: () => chaos.server.stop(),
  };
}

class ChaoticS3 implements Chaos {
  listener: Chaos["listener"] = () => {};
  readonly outcomes = new Tally();
  readonly weathers = new Tally();
  readonly violations: string[] = [];
  readonly server: S3Server;
  readonly #random: () => number;
  #weather: Weather = "fair";
  #rounds = 0;

  constructor(seed: number, directory: string) {
    this.#random = seeded(seed ^ 0x53335333);
    const objects = new ObjectStore(directory);
    this.server = new S3Server({
      faultOf: () => drawFault(this.#weather, this.#random),
      store: (key, body) => objects.put(key, body),
      happened: (moment) => this.listener(moment),
      count: (outcome) => this.outcomes.add(outcome),
      violation: (what) => this.violations.push(what),
    });
  }

  get isAway(): boolean {
    return this.server.reach !== "open";
  }

  nextRound(): void {
    if (this.#rounds-- <= 0) {
      this.#rounds = Math.floor(this.#random() * 5);
      this.#change(drawWeather(this.#random));
    }
    this.weathers.add(this.#weather);
  }

  async calm(): Promise<void> {
    this.#change("fair");
    await this.server.settled();
  }

  #change(weather: Weather): void {
    this.#weather = weather;
    this.server.reach = weather === "closing" || weather === "refusing" ? weather : "open";
  }
}

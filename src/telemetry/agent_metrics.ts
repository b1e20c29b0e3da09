import type { Families } from "./families.ts";

/** What runs. */
export interface BuildInfo {
  readonly version: string;
  /** The commit that it was built from; empty when it runs from source. */
  readonly revision: string;
  readonly ocsfVersion: string;
}

/** The agent itself: what it is, whether its configuration is in force, and its certificate. */
export class AgentMetrics {
  readonly #build;
  readonly #reloadSuccessful;
  readonly #reloadTime;
  readonly #notAfter;
  readonly #templateErrors;

  constructor(families: Families) {
    this.#build = families.gauge(
      "falco_lake_build_info",
      "1, with what falco-lake this is and the OCSF version that it writes",
      { labels: ["version", "revision", "ocsf_version"] },
    );
    this.#reloadSuccessful = families.gauge(
      "falco_lake_config_last_reload_successful",
      "1 when the configuration as last read is in force, 0 when it was refused",
    );
    this.#reloadSuccessful.set(1); // without it there would be no agent
    this.#reloadTime = families.absentGauge(
      "falco_lake_config_last_reload_success_timestamp_seconds",
      "When a configuration last came into force by a reload, seconds since 1970",
    );
    this.#notAfter = families.absentGauge(
      "falco_lake_tls_certificate_not_after_timestamp_seconds",
      "When the server's certificate expires, seconds since 1970",
    );
    this.#templateErrors = families.counter(
      "falco_lake_template_errors_total",
      "Templates of templatedfields that failed for an event",
    );
  }

  build({ version, revision, ocsfVersion }: BuildInfo): void {
    this.#build.reset();
    this.#build.labels(version, revision, ocsfVersion).set(1);
  }

  reloaded(ok: boolean, nowMilliseconds: number): void {
    this.#reloadSuccessful.set(ok ? 1 : 0);
    if (ok) this.#reloadTime.set(nowMilliseconds / 1000);
  }

  certificateExpires(milliseconds: number | undefined): void {
    if (milliseconds === undefined) this.#notAfter.remove();
    else this.#notAfter.set(milliseconds / 1000);
  }

  templateFailed(): void {
    this.#templateErrors.inc();
  }
}

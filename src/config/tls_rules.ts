import { hasNoEffectWithout, type Rule } from "./rule.ts";

const DEPLOY = "tlsserver.deploy";
const isDeployed: Parameters<typeof hasNoEffectWithout>[2] = (settings) => settings.get(DEPLOY);

/** Of `tlsserver`. */
export const TLS_RULES: readonly Rule[] = [
  // falcosidekick warns of this one, too: the port speaks plain HTTP, which may surprise.
  hasNoEffectWithout("tlsserver.mutualtls", DEPLOY, isDeployed),
  hasNoEffectWithout("tlsserver.notlspaths", DEPLOY, isDeployed),
  {
    keys: [DEPLOY, "tlsserver.notlspaths", "tlsserver.notlsport", "listenport"],
    check(settings, findings) {
      const port = settings.get("tlsserver.notlsport");
      if (!settings.get(DEPLOY) || settings.isEmpty("tlsserver.notlspaths")) return;
      if (port !== settings.get("listenport") || port === 0) return;
      const place = settings.placeOf("tlsserver.notlsport", "listenport");
      const message = `Cannot accept ${port}, which is listenport too; expected another port`;
      findings.problem(place, "tlsserver.notlsport", message);
    },
  },
];

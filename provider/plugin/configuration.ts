/** Settings of a provider of this package, from stack config `alicloud-fc:…` or from an explicit provider. Pure. */
import type { Failure } from "../core/validate";
import type { Settings } from "./inputs";

const NAMES = ["region", "accountId", "endpoint", "profile"] as const;
/** Settings that the engine adds. */
const OF_ENGINE: ReadonlySet<string> = new Set(["version", "pluginDownloadURL", "__internal"]);

/** The reasons why settings are refused. */
export function settingsFailures(given: Readonly<Record<string, unknown>>): Failure[] {
  return Object.keys(given).flatMap((property): Failure[] => {
    if (OF_ENGINE.has(property) || (NAMES as readonly string[]).includes(property)) return [];
    const keys = ["accessKey", "secretKey", "securityToken"].includes(property)
      ? `credentials do not belong in stack config. Remove it (pulumi config rm alicloud-fc:${property}) and set ` +
        `ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and, for a session, ALIBABA_CLOUD_SECURITY_TOKEN`
      : `there is no such setting; allowed: ${NAMES.join(", ")}`;
    return [{ property, reason: `alicloud-fc:${property}: ${keys}` }];
  });
}

/** The settings in the form of plain data. */
export function settingsOf(given: Readonly<Record<string, unknown>>): Settings {
  const texts = NAMES.flatMap((name) => {
    const value = given[name];
    return typeof value === "string" && value !== "" ? [[name, value]] : [];
  });
  return Object.fromEntries(texts) as Settings;
}

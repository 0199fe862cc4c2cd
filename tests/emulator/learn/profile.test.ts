/** Profiles: which ones an emulator accepts, and the messages about those it refuses. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { startEmulator } from "../../../emulator";
import { pullRequestText, resultText } from "../../../emulator/learn/report";
import type { Profile } from "../../../emulator/base/profile";
import { useFolder, withEmulator } from "./stand";

const folder = useFolder();

const PROFILE: Profile = {
  format: "fc-profile 1",
  date: "2026-01-31",
  region: "cn-hangzhou",
  sdk: "sdk 1.2.3",
  service: "Function Compute",
  switches: {
    publishGuard: { outcome: "decided", value: "revision", evidence: ["PublishFunctionVersion: 200"] },
    triggerCors: { outcome: "decided", value: "absent", evidence: [] },
    refusedPublish: { outcome: "not decided", because: "nothing was read", evidence: [] },
    versionHeader: { outcome: "unknown behaviour", because: "it carries neither version nor alias", evidence: [] },
  },
  findings: { orderIsChange: { outcome: "decided", value: "yes", evidence: [] } },
};

function written(profile: unknown): string {
  const file = join(folder(), "profile.json");
  writeFileSync(file, typeof profile === "string" ? profile : JSON.stringify(profile));
  return file;
}

it("an emulator uses the decided switches of a profile and its defaults for the others; --set takes precedence", async () => {
  await withEmulator({ profile: written(PROFILE), triggerCors: "allowed" }, ({ options }) => {
    const { publishGuard, triggerCors, refusedPublish, versionHeader } = options;
    expect({ publishGuard, triggerCors, refusedPublish, versionHeader }).toEqual({
      publishGuard: "revision",
      triggerCors: "allowed",
      refusedPublish: "keeps",
      versionHeader: "version",
    });
    return Promise.resolve();
  });
});

const { publishGuard } = PROFILE.switches;

it.each<[string, unknown, string]>([
  ["no JSON", "{", "Expected property name"],
  ["a list instead of an object", [], "it is not a JSON object"],
  ["another format", { ...PROFILE, format: "fc-profile 2" }, 'format is "fc-profile 2"; allowed: "fc-profile 1"'],
  ["an additional field", { ...PROFILE, keys: [] }, "it has the unknown field keys; allowed: format, date, region, sdk, service, switches, findings"],
  ["a date that is not text", { ...PROFILE, date: 1 }, "date is not a text"],
  ["another service", { ...PROFILE, service: "mock" }, 'service is "mock"; allowed: "Function Compute", "emulator"'],
  ["no switches", { ...PROFILE, switches: undefined }, "switches is not an object"],
  ["an unknown switch", { ...PROFILE, switches: { guard: publishGuard } }, "it has the unknown field switches.guard; allowed: publishGuard, "],
  ["a value there is not", { ...PROFILE, switches: { publishGuard: { ...publishGuard, value: "often" } } }, 'switches.publishGuard.value is "often"; allowed: content, revision, off'],
  ["a value of the prototype", { ...PROFILE, switches: { publishGuard: { ...publishGuard, value: "constructor" } } }, 'switches.publishGuard.value is "constructor"; allowed: content, revision, off'],
  ["an outcome there is not", { ...PROFILE, switches: { publishGuard: { ...publishGuard, outcome: "sure" } } }, 'switches.publishGuard.outcome is "sure"; allowed: decided, unknown behaviour, no effect, not decided'],
  ["a decision without a value", { ...PROFILE, switches: { publishGuard: { outcome: "decided", evidence: [] } } }, "switches.publishGuard.value is not a text"],
  ["a value that was not decided", { ...PROFILE, switches: { publishGuard: { outcome: "not decided", because: "", evidence: [], value: "off" } } }, "it has the unknown field switches.publishGuard.value; allowed: outcome, because, evidence"],
  ["evidence that is not a list", { ...PROFILE, switches: { publishGuard: { ...publishGuard, evidence: "seen" } } }, "switches.publishGuard.evidence is not a list of texts"],
])("a profile with %s is refused", async (_what, profile, message) => {
  const file = written(profile);
  await expect(startEmulator({ profile: file })).rejects.toThrow(`the profile ${file} cannot be used: `);
  await expect(startEmulator({ profile: file })).rejects.toThrow(message);
}); // prettier-ignore

it("a profile that does not exist is refused", async () => {
  await expect(startEmulator({ profile: join(folder(), "none.json") })).rejects.toThrow(
    "none.json cannot be used: ENOENT",
  );
});

it("the report has the differences from the emulator and from documents, and a text for a pull request", () => {
  const text = resultText(PROFILE);
  expect(text).toContain("publishGuard: the emulator has content, the account revision\n");
  expect(text).toContain(
    "triggerCors: the emulator has allowed, the account absent; this disagrees with documentation: HTTP triggers, documentation of 3.0",
  );
  expect(text).toContain("versionHeader: the emulator has no such value: it carries neither version nor alias");
  expect(text).toContain("orderIsChange: the emulator has no, the account yes");
  expect(text).toContain("refusedPublish       not decided, because nothing was read");
  const request = pullRequestText(PROFILE);
  expect(request).toMatch(/^Behaviours of Function Compute seen in cn-hangzhou on 2026-01-31\n/);
  expect(request).toContain("Found by `fc-emulator learn` with sdk 1.2.3 on an account of Function Compute.");
  expect(request).toContain("| `publishGuard` | revision | PublishFunctionVersion: 200 |");
});

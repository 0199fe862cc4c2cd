/** Texts that `fc-emulator learn` prints: the plan of a run, its results, and a pull request for the emulator. Pure. */
import type { Outcome, Profile } from "../base/profile";
import { SWITCH_NAMES, SWITCHES, type SwitchName } from "../base/switches";
import type { Limits } from "./account";
import { FINDINGS, type FindingName } from "./outcomes";

/** The plan of a run. */
export interface Plan {
  readonly accountId: string;
  readonly region: string;
  readonly prefix: string;
  readonly profile: string;
  readonly journal: string;
  readonly limits: Limits;
}

/** Timeout of the functions, in seconds. */
const TIMEOUT_SECONDS = 3;

/** vCPU, memory and disk of every function: cores, GB, GB. */
const SIZE = { cpu: 0.05, memory: 0.125, disk: 0.5 };

/**
 * Units of billing: of an invocation, of a vCPU-second, of a GB-second of memory and of disk. Source: pay-as-you-go
 * page, 2026.
 */
const UNITS = { run: 0.0075, cpu: 1, memory: 0.15, disk: 0.05 };

/** Price of a unit in the first tier, in yuan. Source: pay-as-you-go page, 2026. */
const YUAN = 0.00011;

/**
 * Largest price of a number of invocations, in yuan, rounded up to the next hundredth. The price of traffic is left out, because
 * the traffic is a few kilobytes.
 */
export function mostYuan(runs: number): number {
  const perSecond = SIZE.cpu * UNITS.cpu + SIZE.memory * UNITS.memory + SIZE.disk * UNITS.disk;
  return Math.ceil(runs * (UNITS.run + TIMEOUT_SECONDS * perSecond) * YUAN * 100) / 100;
}

/** The plan as text. */
export function planText({ accountId, region, prefix, profile, journal, limits }: Plan): string {
  return [
    `This command tests how Function Compute behaves in ${region}, in account ${accountId}.`,
    "",
    `It creates    functions whose names begin with ${prefix}: 8, or more if answers are lost, each of 128 MB and 0.05 vCPU,`,
    "              with versions and aliases, two timer triggers that are off, and two HTTP triggers without a key",
    `It calls      the API about 210 times, at most ${limits.calls} times plus the calls for deleting`,
    `It runs       functions about 50 times, at most ${limits.runs} times of ${TIMEOUT_SECONDS} seconds`,
    `It costs      at most ${mostYuan(limits.runs).toFixed(2)} yuan`,
    `It takes      a few minutes, at most 15; the experiments end after ${limits.ms / 60_000} minutes`,
    `It writes     ${profile}, and ${journal}, which exists until everything is deleted`,
    "It deletes    everything it created, also after Ctrl-C. After a kill, run fc-emulator learn --clean",
    "It changes    no existing function, and stops at once if a function with this prefix exists",
  ].join("\n");
}

/** The results, for a terminal. */
export function resultText(profile: Profile): string {
  const lines = [
    ...SWITCH_NAMES.map((name): [string, Outcome | undefined] => [name, profile.switches[name]]),
    ...Object.entries(profile.findings),
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  const all = lines.map(([name, found]) => `${name.padEnd(width)}  ${inWords(found)}`);
  return [...all, "", ...differences(profile), "", "Not tested:", ...NOT_ASKED.map((line) => `  ${line}`)].join("\n");
}

/** Open questions that a client cannot answer in a few minutes, with the reason. */
const NOT_ASKED = [
  "metrics of CloudMonitor by version: another service, minutes later",
  "status of ProvisionConfigExist, and provisioned instances behind a weighted alias: such instances cost as long as",
  "  they exist, so after a kill no limit of the cost would hold",
  "quotas and rate limits: they are found by going beyond them",
  "rights for single aliases and versions: another identity would be needed",
];

/** Differences of the account from the emulator's defaults, one line for each. Contradictions to the documentation are marked. */
export function differences({ switches, findings }: Profile): string[] {
  const ofSwitches = SWITCH_NAMES.flatMap((name) => difference(name, switches[name]));
  const ofFindings = Object.entries(findings).flatMap(([name, found]) => {
    const { emulator } = FINDINGS[name as FindingName];
    return found.outcome === "decided" && found.value !== emulator
      ? [`  ${name}: the emulator has ${emulator}, the account ${found.value}`]
      : found.outcome === "unknown behaviour"
        ? [`  ${name}: the emulator has ${emulator}; the account behaves in another way: ${found.because}`]
        : [];
  });
  const all = [...ofSwitches, ...ofFindings];
  return all.length === 0
    ? ["The account behaves like an emulator with its default switches."]
    : ["Differences from the defaults of the emulator:", ...all];
}

function difference(name: SwitchName, found: Outcome | undefined): string[] {
  const { default: usual, documented } = SWITCHES[name];
  const against = documented === undefined ? "" : `; this disagrees with documentation: ${documented}`;
  if (found?.outcome === "unknown behaviour") {
    return [`  ${name}: the emulator has no such value: ${found.because}${against}`];
  }
  if (found?.outcome !== "decided" || found.value === usual) return [];
  return [`  ${name}: the emulator has ${usual}, the account ${found.value}${against}`];
}

function inWords(found: Outcome | undefined): string {
  if (found === undefined) return "not decided";
  return found.outcome === "decided" ? found.value : `${found.outcome}, because ${found.because}`;
}

/** Title and text of a pull request with a profile. */
export function pullRequestText(profile: Profile): string {
  const { date, region, sdk, service } = profile;
  const cell = (found: Outcome | undefined) => inWords(found).replaceAll("|", "\\|");
  const evidence = (found: Outcome | undefined) => (found?.evidence ?? []).join("; ").replaceAll("|", "\\|");
  const rows = [
    ...SWITCH_NAMES.map((name): [string, Outcome | undefined] => [name, profile.switches[name]]),
    ...Object.entries(profile.findings),
  ].map(([name, found]) => `| \`${name}\` | ${cell(found)} | ${evidence(found)} |`);
  return [
    `Behaviours of Function Compute seen in ${region} on ${date}`,
    "",
    service === "emulator"
      ? "This profile was made on an emulator, so it is no evidence about the service."
      : `Found by \`fc-emulator learn\` with ${sdk} on an account of Function Compute. The profile is attached.`,
    "",
    ...differences(profile),
    "",
    "| behaviour | found | evidence |",
    "| --- | --- | --- |",
    ...rows,
  ].join("\n");
}

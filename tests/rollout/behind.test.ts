/** State without the result of the last run: `status` warns about it, and the other subcommands change nothing. */
import { newMemory } from "../../provider/core/release/memory";
import { type StoredRelease, isBehind } from "../../provider/rollout";

const version = (versionId: string) => ({ versionId, fingerprint: `f${versionId}` });
const candidate = { version: version("2"), share: 50, target: 50, raised: false, config: "", meanings: {} };

function stored(versionId: string, more: object = {}): StoredRelease {
  const memory = { ...newMemory(version("1")), sequence: 5, ...more };
  return { urn: "urn", name: "api", outputs: { versionId, memory } as StoredRelease["outputs"] };
}

const described = (sequence: string) => ({ description: `[fcp:0123456789ab|2;${sequence};1;;;;;;;;;;;;;0]` });

it.each<[string, boolean, StoredRelease, string]>([
  ["the alias remembers the same run", false, stored("1"), "5"],
  ["the alias remembers a later run", true, stored("1"), "6"],
  ["the alias remembers an earlier run", false, stored("1"), "4"],
  ["the program deploys the candidate", false, stored("2", { candidate }), "5"],
  ["another version is the candidate since a refresh", true, stored("1", { candidate }), "5"],
  ["the program deploys what waits", false, stored("3", { candidate, waiting: { version: version("3"), key: "", weight: "" } }), "5"], // prettier-ignore
  ["another version waits since a refresh", true, stored("2", { candidate, waiting: { version: version("3"), key: "", weight: "" } }), "5"], // prettier-ignore
  ["another version is stable since a refresh", true, stored("2"), "5"],
  ["the release was only read", false, stored(""), "5"],
])("%s: %s", (_what, behind, release, sequence) => {
  expect(isBehind(release, described(sequence))).toBe(behind);
});

it("state is not behind an alias that was deleted or has no memory", () => {
  expect([isBehind(stored("1"), undefined), isBehind(stored("1"), { description: "mine" })]).toEqual([false, false]);
});

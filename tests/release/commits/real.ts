/** Connects the release of the package with the oracle of commits. */
import type { ObservedAlias } from "../../../provider/core/model";
import { splitMark, withMark } from "../../../provider/core/owner";
import { type ReleaseOutputs, assertMayRename, keepsSplit, memoryInDescription } from "../../../provider/core/release";
import { writeRecord } from "../../../provider/core/release/record";
import * as subject from "../subject";
import type { AliasState, Outcome, Preview, RunInputs, Subject } from "./subject";

const OWNER = "d7e5b2bed6a0";

function fullAlias(alias: AliasState): ObservedAlias {
  const { description } = alias;
  return {
    ...alias,
    additionalVersionWeight: { ...alias.additionalVersionWeight },
    description: description === "" ? "" : withMark(undefined, OWNER, description),
  };
}

/** Matches the condition in a sentence, such as `(if v1 still exists; unless an alias live of this release exists already)`. */
const PROVIDED = / \((?:(?:if v\d+ still exists|unless an alias \w+ of this release exists already)(?:; )?)+\)/;

/**
 * The shares after the run in a sentence such as `api: v1 95→75 %, the new version (r2) 5→25 %`; undefined if the sentence does not
 * have all of them.
 */
function announced(whole: string): Record<string, number> | undefined {
  const sentence = whole.replace(PROVIDED, "");
  if (/\((if|only the run|the number)/.test(sentence)) return undefined;
  const parts = sentence.matchAll(/(?:v(\d+)|the new version(?: \(r\d+\))?) (?:[\d.]+→)?([\d.]+) %/g);
  const shares = [...parts].map(([, id, percent]): [string, number] => [id ?? "new", Number(percent)]);
  return Object.fromEntries(shares.filter(([, percent]) => percent > 0));
}

/** The alias after a rename: a copy of the old alias, from the refreshed state. */
function copyOfRenamed(
  state: ReleaseOutputs | undefined,
  left: ObservedAlias | undefined,
  { aliasName }: RunInputs,
): ObservedAlias | undefined {
  if (state === undefined || state.aliasName === aliasName) return undefined;
  const { live, liveMain: main, memory, createdTime } = state;
  const old = createdTime === undefined ? {} : { createdTime };
  if (main === undefined || (left !== undefined && keepsSplit(left, old, memory))) return undefined;
  const others = Object.entries(live).filter(([id]) => id !== main);
  const additionalVersionWeight = Object.fromEntries(others.map(([id, percent]) => [id, percent / 100]));
  return { versionId: main, additionalVersionWeight, description: "" };
}

/** Why a rename is refused; undefined if it is allowed. */
function refusedRename(
  state: ReleaseOutputs | undefined,
  left: ObservedAlias | undefined,
  inputs: RunInputs,
): string | undefined {
  if (state?.liveMain === undefined || state.aliasName === inputs.aliasName) return undefined;
  try {
    assertMayRename(subject.inputsOf(state, inputs), state.memory, memoryInDescription(left));
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The decisions of the package's release, in the form of {@link Subject}. */
export class Release implements Subject<ReleaseOutputs> {
  preview(state: ReleaseOutputs | undefined, inputs: RunInputs): Preview {
    const { sentence, notices, failure } = subject.preview(state, inputs);
    // A preview of an older commit may not know whether the run moves traffic, and a preview with a `reject` may not know
    // whether that version exists. In both cases the preview has only a warning.
    const isOpen = notices.some((notice) => /of an older commit|The run fails unless/.test(notice));
    const [provided = ""] = PROVIDED.exec(sentence ?? "") ?? [];
    const stays = sentence?.replace(provided, "").endsWith("no traffic moves") ?? true;
    const split = isOpen ? undefined : stays ? state?.live : announced(String(sentence));
    return {
      notices,
      ...(sentence === undefined ? {} : { sentence }),
      ...(failure === undefined ? {} : { failure }),
      ...(split === undefined || failure !== undefined ? {} : { split }),
      provided: [...provided.matchAll(/v(\d+)/g)].map(([, id]) => String(id)),
      renamed: provided.includes("unless"),
    };
  }

  run(
    state: ReleaseOutputs | undefined,
    alias: AliasState | undefined,
    existing: ReadonlySet<string>,
    inputs: RunInputs,
  ): Outcome<ReleaseOutputs> {
    const named = alias === undefined ? undefined : fullAlias(alias);
    const live = copyOfRenamed(state, named, inputs) ?? named;
    const { write, ...outcome } = subject.run(state, live, (id) => existing.has(id), inputs);
    // The engine starts no update if the preview finds nothing to change.
    const failure = outcome.state === undefined ? undefined : refusedRename(state, named, inputs);
    if (failure !== undefined) return { failure, notices: [] };
    if (write === undefined) {
      // The copy of a renamed alias is written as well.
      const copied = state !== undefined && state.aliasName !== inputs.aliasName ? outcome.state : undefined;
      if (copied === undefined || live === undefined) return outcome;
      const record = writeRecord(copied.memory);
      return {
        ...outcome,
        write: {
          versionId: live.versionId ?? "",
          additionalVersionWeight: live.additionalVersionWeight ?? {},
          description: record,
        },
      };
    }
    return { ...outcome, write: { ...write, description: splitMark(write.description).record ?? "" } };
  }

  refresh(state: ReleaseOutputs, alias: AliasState | undefined): ReleaseOutputs {
    return subject.refresh(state, alias === undefined ? undefined : fullAlias(alias));
  }

  protectedVersions(state: ReleaseOutputs): readonly string[] {
    return subject.kept(state);
  }
}

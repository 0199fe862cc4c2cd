/** A simulation of one release: a function whose content changes, an alias, runs of a pipeline, and changes by hand. */
import type { ObservedAlias } from "../../provider/core/model";
import type { Proposal, ReleaseOutputs } from "../../provider/core/release";
import { type Outcome, type Preview, type RunInputs, preview, refresh, run } from "./subject";

/** Code and environment values, as text. Equal texts are equal content. */
export type Content = string;

/** Config keys, in the form that a person writes. */
export type Keys = Readonly<Record<string, unknown>>;

/** The results of a run and of its preview. */
export interface Ran extends Outcome {
  readonly preview: Preview;
}

/** Options of a run. */
export interface RunOptions {
  /** True: the run writes the alias, and its state is not saved. Default false. */
  readonly crash?: boolean;
  /** True: the run refreshes first. Default true. */
  readonly refreshes?: boolean;
  /** The proposal of the judgement. Default: none. */
  readonly proposal?: Proposal;
}

export class World {
  alias: ObservedAlias | undefined;
  state: ReleaseOutputs | undefined;
  aliasName = "prod";
  /** Map from version number to content. */
  readonly versions = new Map<string, Content>();
  private next = 1;
  private revision = 0;
  private latest: Content | undefined;

  /**
   * One run of the pipeline. `content` is code, or `code/environment`. By default the run refreshes first, because
   * otherwise a preview does not know changes by hand.
   */
  run(content: Content, keys: Keys = {}, { crash = false, refreshes = true, proposal }: RunOptions = {}): Ran {
    if (content !== this.latest) this.revision += 1;
    this.latest = content;
    if (refreshes && this.state !== undefined) this.state = refresh(this.state, this.alias);
    const known = [...this.versions].find(([, held]) => held === content)?.[0];
    const current = this.state === undefined ? undefined : this.contentOf(this.state.versionId);
    // A preview does not know the number of a version that is published or looked up in the run.
    const announced = preview(this.state, this.inputs(current === content ? known : undefined, content, keys));
    const versionId = known ?? this.publish(content);
    const exists = (id: string) => this.versions.has(id);
    const outcome = run(this.state, this.alias, exists, this.inputs(versionId, content, keys), proposal);
    if (outcome.write !== undefined) this.alias = { ...outcome.write };
    if (!crash && outcome.state !== undefined) this.state = outcome.state;
    return { ...outcome, preview: announced };
  }

  private contentOf(versionId: string): Content | undefined {
    return this.versions.get(versionId);
  }

  private inputs(versionId: string | undefined, content: Content, keys: Keys): RunInputs {
    const [code = "", environment = ""] = content.split("/");
    return {
      ...{ versionId, fingerprint: `f1:${code}`, environment: environment === "" ? "none" : environment },
      ...{ revision: this.revision, keys, aliasName: this.aliasName },
    };
  }

  private publish(content: Content): string {
    const id = String(this.next++);
    this.versions.set(id, content);
    return id;
  }

  /** Sets another split by hand. The description of the alias stays. */
  byHand(main: number, additional: Readonly<Record<number, number>> = {}): void {
    const weights = Object.entries(additional).map(([id, percent]) => [id, percent / 100]);
    this.alias = {
      ...this.alias,
      versionId: String(main),
      additionalVersionWeight: Object.fromEntries(weights) as Record<string, number>,
    };
  }

  /** The state of the function is lost, or the function is created again. Then its revisions start from 1. */
  forgetRevisions(): void {
    this.revision = 0;
    this.latest = undefined;
  }

  /** The split as text, such as `1` or `1 95, 2 5`. */
  get split(): string {
    if (this.alias === undefined) return "none";
    const { versionId = "", additionalVersionWeight = {} } = this.alias;
    const extra = Object.entries(additionalVersionWeight);
    if (extra.length === 0) return versionId;
    const rest = extra.reduce((sum, [, weight]) => sum - Math.round(weight * 1000), 1000);
    return [
      `${versionId} ${rest / 10}`,
      ...extra.map(([id, weight]) => `${id} ${Math.round(weight * 1000) / 10}`),
    ].join(", ");
  }
}

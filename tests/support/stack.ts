/**
 * A stack of several resources, run through the provider process as the engine runs it: in order, with state that
 * outlives a kill.
 */
import { isDeepStrictEqual } from "node:util";
import { type Kind, typeToken } from "../../provider/resources/tokens";
import type { CallError, ProviderProcess } from "./providerProcess";
import { opened } from "./wire";

type Props = Record<string, unknown>;

/** Returns the outputs of a resource that comes earlier in the program. */
export type OutputsOf = (kind: Kind, name?: string) => Props;

/** A resource of a program; the same name in two programs is the same resource. */
export interface Resource {
  readonly kind: Kind;
  /** Default `api`. */
  readonly name?: string;
  readonly args: (outputs: OutputsOf) => Props;
}

/** A resource in state. */
export interface Stored {
  readonly kind: Kind;
  readonly id: string;
  readonly inputs: Props;
  readonly outs: Props;
  /** True for an object that is in state although its operation failed. The next run updates it in any case. */
  readonly unfinished: boolean;
}

/** The processes that a stack uses, and its name in project `shop`. */
export interface Home {
  readonly region: string;
  readonly accountId: string;
  readonly stack: string;
}

const keyOf = ({ kind, name = "api" }: Pick<Resource, "kind" | "name">) => `${kind}/${name}`;

/** One stack and its state. */
export class Stack {
  /** The resources in state by kind and name, in the order of their creation. */
  state = new Map<string, Stored>();
  /** Replaced objects that are still to be deleted. */
  leftovers: Stored[] = [];
  /** Whether the process counts as killed: answers of a killed process are not stored in state. */
  isKilled: () => boolean = () => false;

  constructor(
    /** The provider process. A test replaces a process that it killed. */
    public provider: ProviderProcess,
    readonly home: Home,
  ) {}

  /** `pulumi up`, by default with `--refresh`. Throws the first failure; state has everything until then. */
  async up(program: readonly Resource[], { refresh = true } = {}): Promise<void> {
    const wanted = new Set(program.map(keyOf));
    if (refresh) await this.refresh();
    else await this.beginAnew(wanted);
    for (const resource of program) await this.bringAbout(resource);
    for (const stored of this.leftovers) {
      await this.alive(this.provider.of(stored.kind).delete(stored.id, stored.outs));
      this.leftovers = this.leftovers.filter((each) => each !== stored);
    }
    for (const key of [...this.state.keys()].reverse()) if (!wanted.has(key)) await this.delete(key);
  }

  /** `pulumi destroy`, by default with `--refresh`. */
  async destroy({ refresh = true } = {}): Promise<void> {
    await this.up([], { refresh });
  }

  /** `pulumi refresh`. */
  async refresh(): Promise<void> {
    for (const [key, { kind, id, outs, inputs, unfinished }] of this.state) {
      const read = await this.alive(this.provider.of(kind).read(id, outs));
      if (read.id === "") this.state.delete(key);
      else {
        const known = Object.keys(read.inputs).length === 0 ? inputs : opened(read.inputs);
        this.state.set(key, { kind, id, unfinished, outs: opened(read.props), inputs: known });
      }
    }
  }

  /** Which resources a run without refresh would change. */
  async differences(program: readonly Resource[]): Promise<string[]> {
    const found: string[] = [];
    for (const resource of program) {
      const stored = this.state.get(keyOf(resource));
      if (stored === undefined || (await this.differs(stored, await this.checked(resource))))
        found.push(keyOf(resource));
    }
    return found;
  }

  /** A copy with the same state. */
  clone(provider: ProviderProcess): Stack {
    const copy = new Stack(provider, this.home);
    copy.state = new Map(this.state);
    copy.leftovers = [...this.leftovers];
    return copy;
  }

  /**
   * A provider process remembers the objects of its run, and does not delete them as replaced objects. In these tests
   * one process serves many runs. So a read, whose answer is not used, tells the process that a new run begins.
   */
  private async beginAnew(wanted: ReadonlySet<string>): Promise<void> {
    for (const [key, { kind, id, outs }] of this.state)
      if (!wanted.has(key)) await this.provider.of(kind).read(id, outs);
  }

  private outputs: OutputsOf = (kind, name) => {
    const stored = this.state.get(keyOf({ kind, ...(name === undefined ? {} : { name }) }));
    if (stored === undefined) throw new Error(`the program names ${kind} before it is made`);
    return stored.outs;
  };

  private async checked(resource: Resource): Promise<Props> {
    const { kind, name = "api", args } = resource;
    const { region, accountId, stack } = this.home;
    const resourceUrn = `urn:pulumi:${stack}::shop::${typeToken(kind)}::${name}`;
    const news = { region, accountId, resourceUrn, ...args(this.outputs) };
    const olds = this.state.get(keyOf(resource))?.inputs ?? {};
    const { inputs, failures } = await this.provider.of(kind).check(olds, news);
    if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("; "));
    return opened(inputs);
  }

  private async differs({ kind, id, outs, inputs: olds, unfinished }: Stored, inputs: Props): Promise<boolean> {
    const { changes, replaces } = await this.provider.of(kind).diff(id, outs, inputs);
    if (unfinished || replaces.length > 0) return true;
    // The engine compares inputs when the provider's answer has no `changes`.
    return changes === 0 ? !isDeepStrictEqual(olds, inputs) : changes === 2;
  }

  private async bringAbout(resource: Resource): Promise<void> {
    const key = keyOf(resource);
    const inputs = await this.checked(resource);
    const stored = this.state.get(key);
    if (stored === undefined) return await this.create(resource, inputs);
    const { kind, id, outs } = stored;
    const { replaces, deleteBeforeReplace } = await this.provider.of(kind).diff(id, outs, inputs);
    if (replaces.length > 0) {
      if (deleteBeforeReplace) await this.delete(key);
      else this.leftovers.push(stored);
      return await this.create(resource, inputs);
    }
    if (!(await this.differs(stored, inputs))) return;
    const update = () => this.provider.of(kind).update(id, outs, inputs);
    await this.keep(key, { kind, id, inputs }, async () => ({ id, outs: await update() }));
  }

  private async create(resource: Resource, inputs: Props): Promise<void> {
    const { kind } = resource;
    await this.keep(keyOf(resource), { kind, id: "", inputs }, () => this.provider.of(kind).create(inputs));
  }

  /** Saves the result of a call in state, also of a failed call that left an object. */
  private async keep(
    key: string,
    { kind, inputs }: Pick<Stored, "kind" | "id" | "inputs">,
    call: () => Promise<{ id: string; outs: Props }>,
  ): Promise<void> {
    try {
      const { id, outs } = await this.alive(call());
      this.state.set(key, { kind, id, inputs, outs: opened(outs), unfinished: false });
    } catch (error) {
      const { kept } = error as CallError;
      if (kept !== undefined)
        this.state.set(key, { kind, id: kept.id, inputs, outs: opened(kept.properties), unfinished: true });
      throw error;
    }
  }

  private async delete(key: string): Promise<void> {
    const stored = this.state.get(key);
    if (stored === undefined) return;
    await this.alive(this.provider.of(stored.kind).delete(stored.id, stored.outs));
    this.state.delete(key);
  }

  /** Returns the answer of a call. The promise never resolves if the process counts as killed. */
  private async alive<T>(call: Promise<T>): Promise<T> {
    try {
      return await call;
    } finally {
      if (this.isKilled()) throw new Error("the process was killed");
    }
  }
}

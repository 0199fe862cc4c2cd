/** One resource of a stack, with the calls that the engine sends to the provider process. */
import type { Kind } from "../../provider/resources/tokens";
import { type ProviderProcess, tokenAt } from "./providerProcess";
import { opened } from "./wire";

type Props = Record<string, unknown>;

/** The processes that a resource uses, and its stack in project `shop`. */
export interface Home {
  readonly region: string;
  readonly accountId: string;
  readonly stack?: string;
  /** Name of the resource. Default `api`. */
  readonly name?: string;
}

/** A resource and its state. */
export class Deployed {
  state: Props | undefined;
  id = "";

  constructor(
    private readonly provider: ProviderProcess,
    private readonly kind: Kind,
    private readonly home: Home,
  ) {}

  private get calls() {
    return this.provider.of(this.kind, this.urn);
  }

  private get urn(): string {
    const { stack = "dev", name = "api" } = this.home;
    return `urn:pulumi:${stack}::shop::${tokenAt(this.kind)}::${name}`;
  }

  /** `pulumi up`: check, then create; or diff, and update if something differs. */
  async up(args: Props): Promise<void> {
    const { region, accountId } = this.home;
    const news = { region, accountId, resourceUrn: this.urn, ...args };
    const { inputs, failures } = await this.calls.check(this.state ?? {}, news);
    if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("; "));
    if (this.state === undefined) {
      const { id, outs } = await this.calls.create(opened(inputs));
      this.id = id;
      this.state = opened(outs);
      return;
    }
    const { changes } = await this.calls.diff(this.id, this.state, opened(inputs));
    if (changes !== 1) this.state = opened(await this.calls.update(this.id, this.state, opened(inputs)));
  }

  /** `pulumi refresh`. Returns whether the resource is still in state. */
  async refresh(): Promise<boolean> {
    const { id, props } = await this.calls.read(this.id, this.state ?? {});
    this.state = id === "" ? undefined : opened(props);
    return this.state !== undefined;
  }

  /** `pulumi destroy` as a new run. A run begins with a read; its answer is not used. */
  async destroy(): Promise<void> {
    await this.calls.read(this.id, this.state ?? {});
    await this.calls.delete(this.id, this.state ?? {});
    this.state = undefined;
  }
}

/** What somebody else did to the service, a while ago. */
import type * as fc from "@alicloud/fc20230330";
import { Api } from "../emulator/support";

/** Changes by hand, each followed by a read, so that reads which lag behind show the change. */
export class ByHand extends Api {
  override async create(...args: Parameters<Api["create"]>): Promise<fc.Function> {
    return await this.settled(super.create(...args));
  }

  override async update(...args: Parameters<Api["update"]>): Promise<fc.Function> {
    return await this.settled(super.update(...args));
  }

  override async delete(...args: Parameters<Api["delete"]>): Promise<number> {
    return await this.settled(super.delete(...args));
  }

  override async publish(...args: Parameters<Api["publish"]>): Promise<fc.Version> {
    return await this.settled(super.publish(...args));
  }

  /** For a change made through {@link Api.sdk}. */
  async settled<T>(change: Promise<T>): Promise<T> {
    const answer = await change;
    await this.list({ limit: 1 });
    return answer;
  }
}

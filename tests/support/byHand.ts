/** Changes of objects that were made by hand some time ago. */
import type * as fc from "@alicloud/fc20230330";
import { Api } from "../emulator/support";

/** Changes by hand. A read follows each change, so that late reads show the change. */
export class ByHand extends Api {
  override async create(...args: Parameters<Api["create"]>): Promise<fc.Function> {
    return await this.settled(super.create(...args));
  }

  override async update(...args: Parameters<Api["update"]>): Promise<fc.Function> {
    return await this.settled(super.update(...args));
  }

  /** Deletes a function after its aliases and versions, since an account may refuse to delete one that has any. */
  override async delete(functionName: string): Promise<number> {
    for (const { aliasName = "" } of (await this.listAliases(functionName)).aliases ?? []) {
      await this.settled(this.deleteAlias(functionName, aliasName));
    }
    for (const { versionId = "" } of (await this.versions(functionName)).versions ?? []) {
      await this.settled(this.deleteVersion(functionName, versionId));
    }
    return await this.settled(super.delete(functionName));
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

/** Makes changes by hand, as if somebody had made them some time ago. */
import type * as fc from "@alicloud/fc20230330";
import { Api } from "../emulator/support";

/** Changes by hand. After each change an object is read, so that later reads show the change even if reads are late. */
export class ByHand extends Api {
  override async create(...args: Parameters<Api["create"]>): Promise<fc.Function> {
    return await this.settled(super.create(...args));
  }

  override async update(...args: Parameters<Api["update"]>): Promise<fc.Function> {
    return await this.settled(super.update(...args));
  }

  /** Deletes a function after its aliases and versions, because an account may refuse to delete a function that has any. */
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

  /**
   * Waits for a change that is made through {@link Api.sdk}, and reads once. After that, reads show the change even if
   * reads are late.
   */
  async settled<T>(change: Promise<T>): Promise<T> {
    const answer = await change;
    await this.list({ limit: 1 });
    return answer;
  }
}

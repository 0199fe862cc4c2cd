/** Starts a provider process and an emulator, with a program's folder. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator";
import { profileOptions } from "./profile";
import { type ProviderProcess, linkedFolder, startProvider } from "./providerProcess";

/** Environment variables that make the timers of a provider process faster by a factor. */
export function fastClock(speed: number): NodeJS.ProcessEnv {
  return { TEST_CLOCK_SPEED: String(speed), NODE_OPTIONS: `--require ${join(__dirname, "fastClock.cjs")}` };
}

/** A provider process and an emulator. */
export interface EmulatedProvider {
  readonly emulator: Emulator;
  readonly provider: ProviderProcess;
  /** The program's folder: relative code paths start there. */
  readonly folder: string;
  readonly close: () => Promise<void>;
}

/** Code of a function that answers 1, in the folder `src`. */
const CODE = { src: "exports.handler = async () => 1;\n" };

/**
 * Starts a provider process and an emulator.
 *
 * @param name first part of the folder's name
 * @param code map from a folder of the program to the text of its index.js
 * @param env additional variables of the provider process
 * @param installed the package that is installed in the folder. Default: this package
 */
export async function startEmulatedProvider(
  name: string,
  code: Readonly<Record<string, string>> = CODE,
  env: NodeJS.ProcessEnv = {},
  installed?: string,
): Promise<EmulatedProvider> {
  const emulator = await startEmulator(profileOptions());
  const folder = linkedFolder(name, installed);
  for (const [path, text] of Object.entries(code)) {
    mkdirSync(join(folder, path));
    writeFileSync(join(folder, path, "index.js"), text);
  }
  const provider = await startProvider(folder, { ...process.env, ...emulator.env, ...env });
  const close = async () => {
    provider.close();
    rmSync(folder, { recursive: true, force: true });
    await emulator.close();
  };
  return { emulator, provider, folder, close };
}

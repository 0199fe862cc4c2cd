import { Reference } from "./reference";
import { suite } from "./suite";

suite("the reference, written from docs/releases.md", new Reference(), { random: 60_000, seed: 100_000, depth: 5 });

import { Reference } from "./reference";
import { suite } from "./suite";

suite("the reference, written from docs/releases.md", new Reference(), { random: 10_000, seed: 1, depth: 3 });

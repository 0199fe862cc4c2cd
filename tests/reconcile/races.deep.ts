/** See races.ts. */
import { races } from "./races";

races(1_000);

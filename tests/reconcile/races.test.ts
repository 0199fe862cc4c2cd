/** See races.ts; `races.deep.ts` has more. */
import { races } from "./races";

races(40);

import { SEEN_BY_PROVIDER, rowsOfPairs, underProfiles } from "../../support/covering";

// eslint-disable-next-line @typescript-eslint/no-require-imports -- a suite registers its tests each time it is loaded
underProfiles(rowsOfPairs(SEEN_BY_PROVIDER), () => void require("../drift.test"));

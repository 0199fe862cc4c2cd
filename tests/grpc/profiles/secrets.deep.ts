import { SEEN_BY_PROVIDER, rowsOfValues, underProfiles } from "../../support/covering";

// eslint-disable-next-line @typescript-eslint/no-require-imports -- a suite registers its tests each time it is loaded
underProfiles(rowsOfValues(SEEN_BY_PROVIDER), () => void require("../secrets.test"));

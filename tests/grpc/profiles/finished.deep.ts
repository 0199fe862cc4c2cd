import { suiteUnderProfiles } from "./suite";

suiteUnderProfiles("finished");

import { suiteUnderProfiles } from "./suite";

suiteUnderProfiles("faults");

import { suiteUnderProfiles } from "./suite";

suiteUnderProfiles("compare");

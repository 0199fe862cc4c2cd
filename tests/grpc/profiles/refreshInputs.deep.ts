import { suiteUnderProfiles } from "./suite";

suiteUnderProfiles("refreshInputs");

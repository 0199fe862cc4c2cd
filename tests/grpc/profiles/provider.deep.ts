import { suiteUnderProfiles } from "./suite";

suiteUnderProfiles("provider");

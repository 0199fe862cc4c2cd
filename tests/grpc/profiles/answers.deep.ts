import { suiteUnderProfiles } from "./suite";

suiteUnderProfiles("answers");

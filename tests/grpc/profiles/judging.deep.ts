import { suiteUnderProfiles } from "./suite";

suiteUnderProfiles("judging");

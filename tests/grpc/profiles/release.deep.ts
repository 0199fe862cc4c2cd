import { suiteUnderProfiles } from "./suite";

suiteUnderProfiles("release");

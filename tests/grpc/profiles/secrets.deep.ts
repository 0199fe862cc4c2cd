import { suiteUnderProfiles } from "./suite";

suiteUnderProfiles("secrets");

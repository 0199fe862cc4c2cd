import { suiteUnderProfiles } from "./suite";

suiteUnderProfiles("ownership");

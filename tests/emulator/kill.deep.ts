import { expectNothingLost } from "./kills";

it("survives kill -9 in the middle of saving, 200 times", () => expectNothingLost(200), 240_000);

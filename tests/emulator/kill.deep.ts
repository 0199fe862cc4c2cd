import { expectNothingLost } from "./kills";

it("a data folder survives kill -9 during a save, 200 times", () => expectNothingLost(200), 240_000);

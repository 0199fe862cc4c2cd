/** Which versions are deleted if something names some of them. Real SDK over HTTP, simulated time. */
import { deleteUnnamed, namedInFunction } from "../../provider/reconcile/unnamedVersions";
import { emulator, requests, session, triggers, useService } from "./service";

useService();

const versions = () => [...(emulator.store.functions.get("api")?.versions.keys() ?? [])].map(String);

it("a version that an alias or trigger names is left, and the uses are read before each deletion", async () => {
  const at = session();
  await at.api.createAlias("api", "prod", { versionId: "2", additionalVersionWeight: {}, description: "" });
  await at.api.createHttpTrigger("api", "http", { qualifier: "2", triggerConfig: '{"authType":"anonymous","methods":["GET"]}', description: "" }); // prettier-ignore
  requests();
  const result = await deleteUnnamed(at, "api", ["1", "2"], () => namedInFunction(at.api, "api"));
  expect(result).toEqual({ deleted: ["1"], left: [{ versionId: "2", by: ["alias prod", "trigger http"] }] });
  expect(versions().sort()).toEqual(["2", "3"]);
  const uses = ["ListAliases", "ListTriggers"];
  expect(requests()).toEqual([...uses, "DeleteFunctionVersion", "GetFunction", ...uses]);
  expect(triggers()?.size).toBe(1);
});

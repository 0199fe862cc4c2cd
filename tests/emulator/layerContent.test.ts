/** The files of layers, as the code of a function reads them. */
import { Api, layer, useEmulator, zipInput } from "./support";

const emulator = useEmulator();
let api: Api;
beforeAll(() => {
  api = new Api(emulator());
});

async function run(name: string, source: string, layers: string[], input: Parameters<Api["create"]>[1] = {}) {
  await api.create(name, { code: zipInput({ "index.js": source }), layers, ...input });
  return (await api.invoke(name)).body;
}

it("a module of a layer is found by its name; if two layers have the same file, the first layer is used", async () => {
  const first = await layer(api, "first", { "nodejs/node_modules/same/index.js": "module.exports = 'first';" });
  const second = await layer(api, "second", {
    "nodejs/node_modules/same/index.js": "module.exports = 'second';",
    "nodejs/node_modules/other/index.js": "module.exports = 'other';",
  });
  const source = "exports.handler = async () => require('same') + ' ' + require('other');";
  expect(await run("overlay", source, [first, second])).toBe("first other");
  expect(await run("reversed", source, [second, first])).toBe("second other");
});

it("in variables, /code and /opt are replaced by the folders of the instance, and programs of a layer are found", async () => {
  const tools = await layer(api, "tools", { "bin/tool": "", "data/x.txt": "in the layer" });
  const source = `
    const fs = require("node:fs");
    exports.handler = async () => [
      fs.readFileSync(process.env.DATA + "/x.txt", "utf8"),
      fs.existsSync(process.env.FC_FUNC_CODE_PATH + "/index.js"),
      fs.existsSync(process.env.PATH.split(":")[0] + "/tool"),
      fs.existsSync(process.env.LD_LIBRARY_PATH.replace(/lib$/, "bin/tool")),
      process.env.ELSEWHERE,
    ];`;
  const environmentVariables = { DATA: "/opt/data", ELSEWHERE: "https://a.example/code/x:/options" };
  const seen = JSON.parse(await run("places", source, [tools], { environmentVariables })) as unknown[];
  expect(seen).toEqual(["in the layer", true, true, true, environmentVariables.ELSEWHERE]);
});

it("a version keeps the layers with which it was published, also after they are deleted", async () => {
  const old = await layer(api, "moving", { "nodejs/node_modules/part/index.js": "module.exports = 'old';" });
  const source = "exports.handler = async () => require('part');";
  expect(await run("frozen", source, [old])).toBe("old");
  await api.publish("frozen");
  const next = await layer(api, "moving", { "nodejs/node_modules/part/index.js": "module.exports = 'new';" });
  await api.update("frozen", { layers: [next] });
  await api.sdk.deleteLayerVersion("moving", "1");
  expect([(await api.invoke("frozen")).body, (await api.invoke("frozen", { qualifier: "1" })).body]).toEqual([
    "new",
    "old",
  ]);
});

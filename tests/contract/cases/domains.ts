/** Custom domains. */
import * as fc from "@alicloud/fc20230330";
import { type Case, type Target, refusal } from "../case";

/** A unique name in lower case for domains, which are deleted after the case. */
const stem = (t: Target): string => t.name("d").replaceAll("_", "-").toLowerCase();

function domain(t: Target, domainName: string, input: Partial<fc.CreateCustomDomainInput> = {}) {
  const body = new fc.CreateCustomDomainInput({ domainName, protocol: "HTTP", ...input });
  return t.api.sdk.createCustomDomainWithOptions(new fc.CreateCustomDomainRequest({ body }), {}, t.api.runtime);
}

export const DOMAINS: Case[] = [
  {
    name: "a custom domain can be created once and deleted",
    source: "the SDK's CustomDomain; error tables",
    grade: "B",
    async run(t) {
      const domainName = `${stem(t)}.example.com`;
      await domain(t, domainName);
      expect(await refusal(domain(t, domainName))).toBe("409 DomainNameAlreadyExists");
      await t.api.sdk.deleteCustomDomainWithOptions(domainName, {}, t.api.runtime);
      const gone = t.api.sdk.getCustomDomainWithOptions(domainName, {}, t.api.runtime);
      expect(await refusal(gone)).toBe("404 DomainNameNotFound");
    },
  },
  {
    name: "an update of a domain replaces the sent fields and keeps the others",
    source: "assumed, as for functions",
    grade: "E",
    async run(t) {
      const functionName = await t.make();
      const domainName = `${stem(t)}.example.com`;
      const routes = [new fc.PathConfig({ path: "/*", functionName, methods: ["GET"] })];
      await domain(t, domainName, { protocol: "HTTP", routeConfig: new fc.RouteConfig({ routes }) });
      const body = new fc.UpdateCustomDomainInput({ authConfig: new fc.AuthConfig({ authType: "anonymous" }) });
      const request = new fc.UpdateCustomDomainRequest({ body });
      await t.api.sdk.updateCustomDomainWithOptions(domainName, request, {}, t.api.runtime);
      const { body: now } = await t.api.sdk.getCustomDomainWithOptions(domainName, {}, t.api.runtime);
      const route = { path: "/*", functionName, methods: ["GET"] };
      expect(now).toMatchObject({ protocol: "HTTP", routeConfig: { routes: [route] }, authConfig: { authType: "anonymous" } }); // prettier-ignore
    },
  },
  {
    name: "domains are listed by prefix",
    source: "the SDK's ListCustomDomainsRequest",
    grade: "D",
    async run(t) {
      const [one, other] = [`${stem(t)}.example.com`, `${stem(t)}.example.com`];
      for (const domainName of [one, other]) await domain(t, domainName);
      const request = new fc.ListCustomDomainsRequest({ prefix: one.slice(0, -4) });
      const { body } = await t.api.sdk.listCustomDomainsWithOptions(request, {}, t.api.runtime);
      expect(body?.customDomains?.map(({ domainName }) => domainName)).toEqual([one]);
    },
  },
  {
    name: "a domain name without a dot is refused",
    source: "names of the domain system",
    grade: "E",
    async run(t) {
      expect(await refusal(domain(t, stem(t)))).toBe("400 InvalidArgument");
    },
  },
  ...(
    [
      ["a path that does not begin with /", { path: "x", functionName: "f" }],
      ["no function", { path: "/*" }],
      ["11 methods", { path: "/*", functionName: "f", methods: Array<string>(11).fill("GET") }],
    ] as [string, Partial<fc.PathConfig>][]
  ).map(([what, route]): Case => ({
    name: `a route with ${what} is refused`,
    source: "the SDK's PathConfig; limits of resource orchestration",
    grade: "D",
    async run(t) {
      const routeConfig = new fc.RouteConfig({ routes: [new fc.PathConfig(route)] });
      expect(await refusal(domain(t, `${stem(t)}.example.com`, { routeConfig }))).toBe("400 InvalidArgument");
    },
  })),
  {
    name: "a domain with an unknown protocol is refused",
    source: "the SDK's CreateCustomDomainInput",
    grade: "D",
    async run(t) {
      expect(await refusal(domain(t, `${stem(t)}.example.com`, { protocol: "FTP" }))).toBe("400 InvalidArgument");
    },
  },
];

import type { LockedPackage } from "../build/packages.ts";

const NAME = /^(licen[cs]e|copying|notice)(\.|-|$)/i;

/**
 * The licences of the packages whose code is in the binary, which most of them want to be passed on:
 * the texts that the packages have, or what they say theirs is.
 */
export function licencesOf(packages: readonly LockedPackage[]): string {
  const parts = packages.map(({ purl, licence, directory }) => {
    const names = [...Deno.readDirSync(directory)].map(({ name }) => name)
      .filter((name) => NAME.test(name)).sort();
    const texts = names.map((name) => Deno.readTextFileSync(`${directory}/${name}`).trim());
    return [`${purl}\n${licence}`, ...texts].join("\n\n");
  });
  const head = "What is in the binary besides falco-lake: Deno (https://deno.com, MIT) with V8 " +
    "(BSD-3-Clause) and ICU,\nand the npm packages below.";
  return `${[head, ...parts].join(`\n\n${"-".repeat(80)}\n\n`)}\n`;
}

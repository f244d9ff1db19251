// The golden bytes that all client libraries share.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Where they are; a copy of this folder elsewhere says so by the variable. */
const DIRECTORY =
  process.env.KEYSTEAD_VECTORS ?? fileURLToPath(new URL("../../../../interface/vectors", import.meta.url));

/** The names of all. */
export const names = readdirSync(DIRECTORY)
  .filter((file) => file.endsWith(".hex"))
  .map((file) => file.slice(0, -".hex".length));

/**
 * The bytes of a vector.
 *
 * @param {string} name
 */
export function vector(name) {
  const lines = readFileSync(`${DIRECTORY}/${name}.hex`, "utf8").split("\n");
  const digits = lines.filter((line) => !line.startsWith("#")).join("");
  return Buffer.from(digits.replaceAll(/\s/g, ""), "hex");
}

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const e2e = dirname(dirname(fileURLToPath(import.meta.url)));
export const repository = dirname(e2e);
export const bin = join(repository, "bin");

// What a run leaves behind lies here: files that are uploaded, programs of our own, and of a failed journey its last page.
export const output = join(e2e, "output");
export const file = (name) => join(output, "files", name);

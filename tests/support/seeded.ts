export { seeded } from "../../scripts/torture/seeded.ts";

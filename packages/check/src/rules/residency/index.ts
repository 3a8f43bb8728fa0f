export { regionIsOnTheResidencyList } from "./region-is-on-the-residency-list.ts";

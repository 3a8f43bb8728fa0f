export { bucketDeniesPlainHttp } from "./bucket-denies-plain-http.ts";

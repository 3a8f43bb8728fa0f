/** The driver's own conversion of values to what it sends; its published types leave it out. */
declare module "pg/lib/utils.js" {
  const utils: { readonly prepareValue: (value: unknown) => unknown };
  export default utils;
}
